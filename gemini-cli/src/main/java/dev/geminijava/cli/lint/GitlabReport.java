package dev.geminijava.cli.lint;

import com.google.gson.annotations.SerializedName;
import dev.geminijava.passes.diagnostic.Diagnostic;
import java.util.List;

/** The list that GitLab shows in a merge request as code quality. */
final class GitlabReport {

  private GitlabReport() {}

  record Entry(
      String description,
      @SerializedName("check_name") String checkName,
      String fingerprint,
      String severity,
      Location location) {}

  record Location(String path, Lines lines) {}

  record Lines(int begin, int end) {}

  static List<Entry> of(LintReport report) {
    return report.findings().stream().map(GitlabReport::entry).toList();
  }

  private static Entry entry(Finding finding) {
    Diagnostic diagnostic = finding.diagnostic();
    String severity =
        switch (diagnostic.severity()) {
          case ERROR -> "critical";
          case WARNING -> "major";
          case NOTE -> "info";
        };
    return new Entry(
        diagnostic.message() + (diagnostic.cure().isEmpty() ? "" : ". Cure: " + diagnostic.cure()),
        diagnostic.code(),
        finding.fingerprint(),
        severity,
        new Location(finding.path(), new Lines(finding.start().line(), finding.end().line())));
  }
}
