package dev.geminijava.tests.mutation;

import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import java.util.Optional;

/**
 * The compiler's output with one fault.
 *
 * @param text the faulty text
 * @param edit the insertion that was changed
 * @param line where it stands
 * @param kind what was done to it: {@code delete}, {@code duplicate}, {@code swap}, {@code move}
 * @param same why the result cannot change, for a fault that is none
 */
record Mutant(SourceFile text, Edit edit, int line, String kind, Optional<String> same) {

  @Override
  public String toString() {
    return "%s:%d %s %s: %s…%s"
        .formatted(text.path(), line, edit.pass(), kind, edit.open(), edit.close());
  }
}
