package dev.geminijava.passes;

import dev.geminijava.passes.emit.Layout;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;

/**
 * A source and what is inserted into it.
 *
 * @param original the source
 * @param edits the insertions
 */
public record CompiledFile(SourceFile original, Edits edits) {

  /** Whether anything is inserted. */
  public boolean isChanged() {
    return !edits.isEmpty();
  }

  /** The parallel program, every line where it was. */
  public String text() {
    return edits.apply(original.text());
  }

  /** The parallel program for readers: imports and statements on lines of their own. */
  public String readable() {
    return Layout.readable(original, edits);
  }
}
