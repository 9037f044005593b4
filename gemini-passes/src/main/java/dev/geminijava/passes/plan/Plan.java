package dev.geminijava.passes.plan;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a program lets be split and cut. How many devices there are does not matter yet: the
 * configuration and measured times choose from this at run time.
 *
 * @param blocks in the order of the program; those of which there is nothing to say are left out
 */
public record Plan(List<BlockPlan> blocks) {

  private static final String CUT = "cut-stages";

  /** Keeps its own copy. */
  public Plan {
    blocks = List.copyOf(blocks);
  }

  /**
   * The plan of a program.
   *
   * @param classes what was decided about its block classes
   * @param edits what all passes insert
   */
  public static Plan of(List<ShardedClass> classes, Map<SourceFile, Edits> edits) {
    return new Plan(
        classes.stream()
            .map(c -> block(c, classes, edits.getOrDefault(c.code().file(), Edits.NONE)))
            .filter(b -> !b.placements().isEmpty() || !b.cuts().isEmpty())
            .toList());
  }

  private static BlockPlan block(ShardedClass sharded, List<ShardedClass> all, Edits edits) {
    ClassCode code = sharded.code();
    SourceFile file = code.file();
    List<Span> nested =
        all.stream()
            .map(ShardedClass::code)
            .filter(c -> c != code && c.file() == file && code.span().contains(c.span()))
            .map(ClassCode::span)
            .toList();
    return new BlockPlan(
        code.name(),
        file.path(),
        sharded.layers().stream()
            .map(l -> new BlockPlan.Parameters(l.name(), line(file, l.call()), l.call(), l.how()))
            .sorted(Comparator.comparingInt(BlockPlan.Parameters::line))
            .toList(),
        edits.list().stream()
            .filter(e -> e.kind() == Edit.Kind.WRAP && e.pass().equals(CUT))
            .map(Edit::span)
            .filter(s -> code.span().contains(s) && nested.stream().noneMatch(n -> n.contains(s)))
            .sorted(Comparator.comparingInt(Span::end))
            .map(s -> new Cut(line(file, s), receiver(file.text(s))))
            .toList(),
        sharded.notes().stream()
            .map(n -> "line " + line(file, n.span()) + ": " + n.message())
            .toList(),
        sharded.choices(),
        sharded.forecasts());
  }

  private static int line(SourceFile file, Span span) {
    return file.position(span.start()).line();
  }

  private static String receiver(String call) {
    int end = call.indexOf(".forward");
    return (end < 0 ? call : call.substring(0, end)).replaceAll("\\s+", " ").strip();
  }

  /** All of it as text, the same for the same program. */
  public String explain() {
    return blocks.stream().map(BlockPlan::text).collect(Collectors.joining("\n"));
  }
}
