package dev.geminijava.passes.diagnostic;

import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;

/**
 * Prints a diagnostic with its source line and a caret under the place.
 *
 * @param colour whether to use ANSI colours
 */
public record CaretPrinter(boolean colour) {

  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String CYAN = "\u001b[36m";

  /** The message: place, line, caret and cure, each on a line of its own. */
  public String print(Diagnostic diagnostic) {
    SourceFile file = diagnostic.file();
    Position at = file.position(diagnostic.span().start());
    Span line = file.line(at.line());
    String source = file.text(line);
    int from = Math.min(diagnostic.span().start() - line.start(), source.length());
    int to = Math.min(diagnostic.span().end() - line.start(), source.length());
    StringBuilder out = new StringBuilder();
    out.append(paint(BOLD, file.path() + ":" + at + ": "))
        .append(paint(tint(diagnostic.severity()), diagnostic.severity().label() + ": "))
        .append(diagnostic.message());
    if (!diagnostic.code().isEmpty()) {
      out.append(" [").append(diagnostic.code()).append(']');
    }
    out.append('\n').append(source).append('\n');
    // A tab before the caret stays a tab, so that the caret stands right at any tab width.
    for (int i = 0; i < from; i++) {
      out.append(source.charAt(i) == '\t' ? '\t' : ' ');
    }
    String carets = "^" + "~".repeat(Math.max(0, to - from - 1));
    out.append(paint(tint(diagnostic.severity()), carets)).append('\n');
    if (!diagnostic.cure().isEmpty()) {
      out.append(paint(CYAN, "cure: ")).append(diagnostic.cure()).append('\n');
    }
    return out.toString();
  }

  private static String tint(Severity severity) {
    return switch (severity) {
      case ERROR -> "\u001b[1;31m";
      case WARNING -> "\u001b[1;33m";
      case NOTE -> "\u001b[1;34m";
    };
  }

  private String paint(String ansi, String text) {
    return colour ? ansi + text + RESET : text;
  }
}
