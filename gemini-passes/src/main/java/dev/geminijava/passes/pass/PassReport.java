package dev.geminijava.passes.pass;

import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import java.util.Map;

/**
 * What one pass did.
 *
 * @param name the pass
 * @param millis how long it took, its verification included
 * @param edits how many edits it made, imports included
 * @param after the edits of this pass and all before it
 */
public record PassReport(String name, long millis, int edits, Map<SourceFile, Edits> after) {

  /** A file as it stands after this pass. */
  public String text(SourceFile file) {
    return after.getOrDefault(file, Edits.NONE).apply(file.text());
  }
}
