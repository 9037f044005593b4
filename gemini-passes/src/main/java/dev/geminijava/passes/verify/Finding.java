package dev.geminijava.passes.verify;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;

/**
 * A place where something does not hold.
 *
 * @param property what does not hold
 * @param diagnostic where, why, and the cure
 */
public record Finding(Property property, Diagnostic diagnostic) {

  static Finding at(Property property, SourceFile file, Span span, String message, String cure) {
    return new Finding(
        property,
        new Diagnostic(Severity.ERROR, "verify-" + property.label(), file, span, message, cure));
  }
}
