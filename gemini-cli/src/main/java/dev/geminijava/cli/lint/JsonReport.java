package dev.geminijava.cli.lint;

import dev.geminijava.cli.Version;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import java.util.List;

/**
 * The report for scripts. Lines and columns count from one; an end is the place behind the last
 * character.
 */
record JsonReport(int version, String tool, Summary summary, List<Entry> findings) {

  record Summary(int files, long errors, long warnings, long notes, int inBaseline) {}

  record Entry(
      String code,
      String severity,
      String file,
      Place start,
      Place end,
      String message,
      String cure,
      String fix,
      String fingerprint) {}

  record Place(int line, int column, int offset) {}

  static JsonReport of(LintReport report) {
    return new JsonReport(
        1,
        "gemini-java " + Version.NUMBER,
        new Summary(
            report.files(),
            report.count(Severity.ERROR),
            report.count(Severity.WARNING),
            report.count(Severity.NOTE),
            report.known()),
        report.findings().stream().map(JsonReport::entry).toList());
  }

  private static Entry entry(Finding finding) {
    Diagnostic diagnostic = finding.diagnostic();
    return new Entry(
        diagnostic.code(),
        diagnostic.severity().label(),
        finding.path(),
        new Place(finding.start().line(), finding.start().column(), diagnostic.span().start()),
        new Place(finding.end().line(), finding.end().column(), diagnostic.span().end()),
        diagnostic.message(),
        diagnostic.cure(),
        diagnostic.fix().map(fix -> fix.what()).orElse(null),
        finding.fingerprint());
  }
}
