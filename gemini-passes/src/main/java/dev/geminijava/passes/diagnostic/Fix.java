package dev.geminijava.passes.diagnostic;

import dev.geminijava.passes.source.Span;
import java.util.List;

/**
 * A cure that needs no judgement.
 *
 * @param what it does, as a sentence
 * @param replacements what it changes; the spans do not overlap
 */
public record Fix(String what, List<Replacement> replacements) {

  /** Keeps its own list. */
  public Fix {
    replacements = List.copyOf(replacements);
  }

  /** New text for a span; for an empty span, text to insert. */
  public record Replacement(Span span, String text) {}
}
