package dev.geminijava.cli.lint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.geminijava.cli.Version;
import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import java.util.List;

/**
 * What a run found.
 *
 * @param findings what counts
 * @param known how many more the baseline knows
 * @param files how many files were looked at
 * @param checks what they were looked at for
 */
public record LintReport(List<Finding> findings, int known, int files, List<Check> checks) {

  /** For JSON that people read, too. */
  static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  /** The ways to write it down. */
  public enum Format {
    /** For people: place, message, line with caret, cure. */
    text,
    /** For scripts. */
    json,
    /** SARIF 2.1.0, for code scanning. */
    sarif,
    /** Annotations of a GitHub Actions run. */
    github,
    /** GitLab's code quality report. */
    gitlab
  }

  /** The whole report. */
  public String write(Format format, boolean colour) {
    return switch (format) {
      case text -> text(colour);
      case json -> GSON.toJson(JsonReport.of(this)) + "\n";
      case sarif -> GSON.toJson(SarifReport.of(this)) + "\n";
      case github -> GithubReport.of(this);
      case gitlab -> GSON.toJson(GitlabReport.of(this)) + "\n";
    };
  }

  private String text(boolean colour) {
    StringBuilder out = new StringBuilder();
    CaretPrinter printer = new CaretPrinter(colour);
    for (Finding finding : findings) {
      out.append(printer.print(finding.diagnostic())).append('\n');
    }
    return out.append(summary()).append('\n').toString();
  }

  /** How much of what, in a line. */
  public String summary() {
    StringBuilder out = new StringBuilder();
    for (Severity severity : Severity.values()) {
      long count = count(severity);
      if (count > 0) {
        out.append(out.isEmpty() ? "" : ", ").append(times((int) count, severity.label()));
      }
    }
    out.append(out.isEmpty() ? "nothing found in " : " in ").append(times(files, "file"));
    long fixable = findings.stream().filter(f -> f.diagnostic().fix().isPresent()).count();
    if (fixable > 0) {
      out.append("; --fix mends ").append(fixable);
    }
    if (known > 0) {
      out.append("; ").append(known).append(" more in the baseline");
    }
    return out.toString();
  }

  long count(Severity severity) {
    return findings.stream()
        .map(Finding::diagnostic)
        .map(Diagnostic::severity)
        .filter(severity::equals)
        .count();
  }

  private static String times(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** Who says so. */
  static String tool() {
    return "gemini-java " + Version.NUMBER;
  }
}
