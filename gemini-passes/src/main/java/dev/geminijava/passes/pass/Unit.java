package dev.geminijava.passes.pass;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program on its way through the passes. Never changes: each pass makes a new one.
 *
 * @param program the sources with their trees and types
 * @param edits what the passes so far insert, for each file that gets anything
 * @param notes what they had to say
 * @param facts what they found out
 */
public record Unit(
    Program program,
    Map<SourceFile, Edits> edits,
    List<Diagnostic> notes,
    Map<Fact<?>, Object> facts) {

  /** Keeps its own copies. */
  public Unit {
    edits = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(edits));
    // What a pass comes by several times, it has to say once.
    notes = notes.stream().distinct().toList();
    facts = Map.copyOf(facts);
  }

  /** The program before the first pass. */
  public static Unit of(Program program) {
    return new Unit(program, Map.of(), List.of(), Map.of());
  }

  /** The edits of a file so far. */
  public Edits edits(SourceFile file) {
    return edits.getOrDefault(file, Edits.NONE);
  }

  /** A fact that an earlier pass established. */
  public <T> T fact(Fact<T> fact) {
    return found(fact)
        .orElseThrow(() -> new IllegalStateException("no pass has established " + fact.name()));
  }

  /** A fact, if a pass established it. */
  public <T> Optional<T> found(Fact<T> fact) {
    return Optional.ofNullable(facts.get(fact)).map(fact.type()::cast);
  }

  /** This unit with further edits, notes and facts. */
  public Unit plus(
      Map<SourceFile, Edits> newEdits, List<Diagnostic> newNotes, Map<Fact<?>, ?> newFacts) {
    Map<SourceFile, Edits> allEdits = new LinkedHashMap<>(edits);
    newEdits.forEach(
        (file, added) -> allEdits.merge(file, added, (before, after) -> before.plus(after.list())));
    List<Diagnostic> allNotes = new ArrayList<>(notes);
    allNotes.addAll(newNotes);
    Map<Fact<?>, Object> allFacts = new HashMap<>(facts);
    allFacts.putAll(newFacts);
    return new Unit(program, allEdits, allNotes, allFacts);
  }
}
