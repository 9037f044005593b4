package dev.geminijava.passes.diagnostic;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Objects;
import java.util.Optional;

/**
 * What the compiler has to say about a place in a source.
 *
 * @param severity how much it matters
 * @param code what kind of message it is, the same over all versions
 * @param file where
 * @param span where in the file
 * @param message the fact, with its numbers
 * @param cure what to do about it; empty when there is nothing to do
 * @param fix the cure as a change of the text, where it is mechanical
 */
public record Diagnostic(
    Severity severity,
    String code,
    SourceFile file,
    Span span,
    String message,
    String cure,
    Optional<Fix> fix) {

  /** Checks that everything is there. */
  public Diagnostic {
    Objects.requireNonNull(severity);
    Objects.requireNonNull(code);
    Objects.requireNonNull(file);
    Objects.requireNonNull(span);
    Objects.requireNonNull(message);
    Objects.requireNonNull(cure);
    Objects.requireNonNull(fix);
  }

  /** One that nobody but a person can cure. */
  public Diagnostic(
      Severity severity, String code, SourceFile file, Span span, String message, String cure) {
    this(severity, code, file, span, message, cure, Optional.empty());
  }

  /** Something that was left as it is, and why. */
  public static Diagnostic note(
      String code, SourceFile file, Span span, String message, String cure) {
    return new Diagnostic(Severity.NOTE, code, file, span, message, cure);
  }

  /** The same, mattering more or less. */
  public Diagnostic with(Severity other) {
    return new Diagnostic(other, code, file, span, message, cure, fix);
  }
}
