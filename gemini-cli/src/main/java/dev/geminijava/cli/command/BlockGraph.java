package dev.geminijava.cli.command;

import dev.geminijava.passes.source.SourceFile;

/** Pieces of source in a line of a report. */
final class BlockGraph {

  private BlockGraph() {}

  /** A piece of source in one short line. */
  static String label(SourceFile file, dev.geminijava.passes.source.Span span) {
    String text = file.text(span).replaceAll("\\s+", " ").replaceAll(" ?\\. ?", ".");
    return text.length() <= 60 ? text : text.substring(0, 59) + "…";
  }
}
