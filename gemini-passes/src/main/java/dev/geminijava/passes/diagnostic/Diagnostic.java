package dev.geminijava.passes.diagnostic;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Objects;

/**
 * What the compiler has to say about a place in a source.
 *
 * @param severity how much it matters
 * @param code what kind of message it is, the same over all versions
 * @param file where
 * @param span where in the file
 * @param message the fact, with its numbers
 * @param cure what to do about it; empty when there is nothing to do
 */
public record Diagnostic(
    Severity severity, String code, SourceFile file, Span span, String message, String cure) {

  /** Checks that everything is there. */
  public Diagnostic {
    Objects.requireNonNull(severity);
    Objects.requireNonNull(code);
    Objects.requireNonNull(file);
    Objects.requireNonNull(span);
    Objects.requireNonNull(message);
    Objects.requireNonNull(cure);
  }

  /** Something that was left as it is, and why. */
  public static Diagnostic note(
      String code, SourceFile file, Span span, String message, String cure) {
    return new Diagnostic(Severity.NOTE, code, file, span, message, cure);
  }
}
