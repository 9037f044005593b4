package dev.geminijava.passes.pass;

import dev.geminijava.passes.diagnostic.Diagnostic;
import java.util.List;
import java.util.Map;

/**
 * What a pass comes back with.
 *
 * @param changes the edits that it asks for
 * @param notes what it has to say, above all about what it left alone
 * @param facts what it found out
 */
public record Outcome(List<Change> changes, List<Diagnostic> notes, Map<Fact<?>, ?> facts) {

  /** Keeps its own copies. */
  public Outcome {
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
    facts = Map.copyOf(facts);
  }

  /** Edits and notes, no facts. */
  public static Outcome of(List<Change> changes, List<Diagnostic> notes) {
    return new Outcome(changes, notes, Map.of());
  }
}
