package dev.geminijava.cli.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;

/** Workflow commands that GitHub Actions turns into annotations of the changed lines. */
final class GithubReport {

  private GithubReport() {}

  static String of(LintReport report) {
    StringBuilder out = new StringBuilder();
    for (Finding finding : report.findings()) {
      Diagnostic diagnostic = finding.diagnostic();
      String message =
          diagnostic.message()
              + (diagnostic.cure().isEmpty() ? "" : "\ncure: " + diagnostic.cure());
      out.append("::")
          .append(command(diagnostic.severity()))
          .append(" file=")
          .append(property(finding.path()))
          .append(",line=")
          .append(finding.start().line())
          .append(",endLine=")
          .append(finding.end().line());
      // Columns are for one line only.
      if (finding.start().line() == finding.end().line()) {
        out.append(",col=")
            .append(finding.start().column())
            .append(",endColumn=")
            .append(finding.end().column());
      }
      out.append(",title=")
          .append(property("gemini-java: " + diagnostic.code()))
          .append("::")
          .append(data(message))
          .append('\n');
    }
    return out.append(report.summary()).append('\n').toString();
  }

  private static String command(Severity severity) {
    return severity == Severity.NOTE ? "notice" : severity.label();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
