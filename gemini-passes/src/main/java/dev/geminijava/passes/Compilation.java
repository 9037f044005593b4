package dev.geminijava.passes;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.pass.PassReport;
import dev.geminijava.passes.plan.Plan;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What compiling gave.
 *
 * @param files every source, with its edits
 * @param diagnostics errors in javac's words, and what the passes had to say
 * @param plan what can be split and cut, and what for
 * @param splits what was decided about each block class
 * @param passes what each pass did
 */
public record Compilation(
    List<CompiledFile> files,
    List<Diagnostic> diagnostics,
    Plan plan,
    List<ShardedClass> splits,
    List<PassReport> passes) {

  /** Keeps its own copies. */
  public Compilation {
    files = List.copyOf(files);
    diagnostics = List.copyOf(diagnostics);
    splits = List.copyOf(splits);
    passes = List.copyOf(passes);
  }

  /** What stands for the text before the first pass, where passes are named. */
  public static final String SOURCE = "source";

  /** The names of the points between which texts can be compared: the source, and each pass. */
  public List<String> points() {
    return Stream.concat(Stream.of(SOURCE), passes.stream().map(PassReport::name)).toList();
  }

  /**
   * The files as they stand after a pass.
   *
   * @param point one of {@link #points()}
   * @throws IllegalArgumentException if there is no such pass
   */
  public List<CompiledFile> after(String point) {
    Map<SourceFile, Edits> edits = edits(point);
    return files.stream()
        .map(f -> new CompiledFile(f.original(), edits.getOrDefault(f.original(), Edits.NONE)))
        .toList();
  }

  private Map<SourceFile, Edits> edits(String point) {
    if (point.equals(SOURCE)) {
      return Map.of();
    }
    return passes.stream()
        .filter(report -> report.name().equals(point))
        .findFirst()
        .map(PassReport::after)
        .orElseThrow(() -> new IllegalArgumentException("no pass " + point + " in " + points()));
  }

  /** Whether javac rejects one of the sources. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
  }
}
