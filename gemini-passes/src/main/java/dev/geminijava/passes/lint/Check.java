package dev.geminijava.passes.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.source.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Looks for one thing. Checks are found by {@link java.util.ServiceLoader}; they keep no state,
 * since many files are looked at at the same time.
 */
public interface Check {

  /** Its name for good: in messages, in suppressions and of its page. */
  String code();

  /** What it finds, in a line. */
  String title();

  /** How much a finding matters if nobody says otherwise. */
  Severity severity();

  /** What it finds in a file. */
  List<Diagnostic> run(LintUnit unit);

  /** A finding of this check. */
  default Diagnostic finding(LintUnit unit, Span span, String message, String cure) {
    return new Diagnostic(severity(), code(), unit.file(), span, message, cure);
  }

  /** Its page, in Markdown: the resource {@code /gemini-codes/CODE.md} beside its class. */
  default Optional<String> page() {
    try (InputStream in = getClass().getResourceAsStream("/gemini-codes/" + code() + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
