package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.emit.SourceMap;
import dev.geminijava.passes.plan.BlockPlan;
import dev.geminijava.passes.shard.Sharding;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.stream.Collectors;

/** Says of each insertion at a line which decision made it. */
final class Explanation {

  private final Compilation compilation;

  Explanation(Compilation compilation) {
    this.compilation = compilation;
  }

  /**
   * The insertions at a line.
   *
   * @param place a line of the first file, or {@code FILE:LINE}; lines are those of the original
   */
  String of(String place) {
    int colon = place.lastIndexOf(':');
    CompiledFile file = file(place, colon);
    int line = line(place, place.substring(colon + 1), file.original());
    SourceMap map = SourceMap.of(file.original(), file.edits(), file.readable());
    List<SourceMap.Entry> entries = map.entries().stream().filter(e -> e.touches(line)).toList();
    String here = file.original().path() + ":" + line + "\n";
    String source = file.original().text(file.original().line(line)) + "\n";
    if (entries.isEmpty()) {
      String lines =
          map.entries().stream()
              .map(e -> e.from().line())
              .distinct()
              .sorted()
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      return here
          + source
          + (lines.isEmpty()
              ? "Nothing is inserted into this file.\n"
              : "Nothing is inserted here. Insertions stand at lines " + lines + ".\n");
    }
    return here
        + source
        + entries.stream().map(e -> text(file.original(), e)).collect(Collectors.joining("\n"));
  }

  private CompiledFile file(String place, int colon) {
    if (colon < 0) {
      return compilation.files().get(0);
    }
    String name = place.substring(0, colon);
    List<String> paths =
        compilation.files().stream().map(f -> f.original().path().toString()).toList();
    for (CompiledFile file : compilation.files()) {
      if (file.original().path().endsWith(name) || file.original().path().toString().equals(name)) {
        return file;
      }
    }
    throw new UsageException(
        "--explain=" + place + ": there is no file " + name + " among " + String.join(", ", paths));
  }

  private static int line(String place, String number, SourceFile file) {
    if (!number.matches("\\d{1,9}")
        || Integer.parseInt(number) < 1
        || Integer.parseInt(number) > file.lineCount()) {
      throw new UsageException(
          "--explain=" + place + ": name a line from 1 to " + file.lineCount() + " of " + file);
    }
    return Integer.parseInt(number);
  }

  private String text(SourceFile file, SourceMap.Entry entry) {
    Edit edit = entry.edit();
    StringBuilder text = new StringBuilder();
    text.append("  ").append(shown(file, edit)).append('\n');
    row(text, "pass", edit.pass() + ": " + description(edit.pass()));
    row(text, "why", edit.why());
    row(text, "about", entry.from() + (edit.span().length() == 0 ? "" : " to " + entry.to()));
    row(text, "output", "line " + entry.output().line() + " of the transformed file");
    for (BlockPlan block : compilation.plan().blocks()) {
      block.choices().stream()
          .filter(c -> c.file().equals(file) && c.call().contains(edit.span()) && isLayer(edit))
          .filter(c -> c.layer().equals(file.text(edit.span())))
          .findFirst()
          .ifPresent(c -> row(text, "chosen", c.text() + ", a step over " + c.ranks() + " ranks"));
      block.placements().stream()
          .filter(p -> p.call().contains(edit.span()) && isLayer(edit))
          .filter(p -> p.layer().equals(file.text(edit.span())))
          .filter(p -> file.path().equals(block.file()))
          .findFirst()
          .ifPresent(p -> row(text, "weight", p.weight().toString()));
    }
    return text.toString();
  }

  /** Whether an insertion says how a layer is seen. */
  private static boolean isLayer(Edit edit) {
    return edit.kind() == Edit.Kind.WRAP && edit.pass().equals(Sharding.PASS);
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("    %-8s%s%n".formatted(name, value));
  }

  private String description(String pass) {
    return new dev.geminijava.passes.Compiler(List.of(), dev.geminijava.passes.Options.PROGRAM)
        .passes().passes().stream()
            .filter(p -> p.name().equals(pass))
            .map(dev.geminijava.passes.pass.Pass::description)
            .findFirst()
            .orElse("");
  }

  private static String shown(SourceFile file, Edit edit) {
    Span span = edit.span();
    String inside = span.length() == 0 ? "" : BlockGraph.label(file, span);
    return (edit.open() + inside + edit.close()).strip();
  }
}
