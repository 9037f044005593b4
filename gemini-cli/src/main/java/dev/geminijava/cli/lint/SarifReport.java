package dev.geminijava.cli.lint;

import com.google.gson.annotations.SerializedName;
import dev.geminijava.cli.Version;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Fix;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/** The report in SARIF 2.1.0, the OASIS standard for results of static analysis. */
record SarifReport(@SerializedName("$schema") String schema, String version, List<Run> runs) {

  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  record Run(Tool tool, String columnKind, List<Result> results) {}

  record Tool(Driver driver) {}

  record Driver(String name, String semanticVersion, List<Rule> rules) {}

  record Rule(String id, Message shortDescription, Help help, Configuration defaultConfiguration) {}

  record Help(String text, String markdown) {}

  record Configuration(String level) {}

  record Message(String text) {}

  record Result(
      String ruleId,
      int ruleIndex,
      String level,
      Message message,
      List<Location> locations,
      Map<String, String> partialFingerprints,
      List<Repair> fixes) {}

  record Location(Physical physicalLocation) {}

  record Physical(Artifact artifactLocation, Region region) {}

  record Artifact(String uri) {}

  record Region(int startLine, int startColumn, int endLine, int endColumn) {}

  record Repair(Message description, List<ArtifactChange> artifactChanges) {}

  record ArtifactChange(Artifact artifactLocation, List<Replacement> replacements) {}

  record Replacement(Region deletedRegion, Message insertedContent) {}

  static SarifReport of(LintReport report) {
    List<Rule> rules = report.checks().stream().map(SarifReport::rule).toList();
    List<String> codes = report.checks().stream().map(Check::code).toList();
    List<Result> results =
        report.findings().stream()
            .map(f -> result(f, codes.indexOf(f.diagnostic().code())))
            .toList();
    Driver driver = new Driver("gemini-java", Version.NUMBER, rules);
    return new SarifReport(
        SCHEMA, "2.1.0", List.of(new Run(new Tool(driver), "utf16CodeUnits", results)));
  }

  private static Rule rule(Check check) {
    String page = check.page().orElse(check.title());
    return new Rule(
        check.code(),
        new Message(check.title()),
        new Help(check.title(), page),
        new Configuration(level(check.severity())));
  }

  private static String level(Severity severity) {
    // The standard's levels have the same names.
    return severity.label();
  }

  private static Result result(Finding finding, int rule) {
    Diagnostic diagnostic = finding.diagnostic();
    Artifact artifact = new Artifact(uri(finding.path()));
    Physical place = new Physical(artifact, region(diagnostic.file(), diagnostic.span()));
    String text =
        diagnostic.message() + (diagnostic.cure().isEmpty() ? "" : ". Cure: " + diagnostic.cure());
    return new Result(
        diagnostic.code(),
        rule,
        level(diagnostic.severity()),
        new Message(text),
        List.of(new Location(place)),
        Map.of("geminiLine/v1", finding.fingerprint()),
        diagnostic.fix().map(fix -> repair(fix, diagnostic, artifact)).stream().toList());
  }

  private static Repair repair(Fix fix, Diagnostic diagnostic, Artifact artifact) {
    return new Repair(
        new Message(fix.what()),
        List.of(
            new ArtifactChange(
                artifact,
                fix.replacements().stream()
                    .map(
                        r ->
                            new Replacement(
                                region(diagnostic.file(), r.span()), new Message(r.text())))
                    .toList())));
  }

  private static Region region(SourceFile file, Span span) {
    Position start = file.position(span.start());
    Position end = file.position(span.end());
    return new Region(start.line(), start.column(), end.line(), end.column());
  }

  private static String uri(String path) {
    try {
      return new URI(path.startsWith("/") ? "file" : null, null, path, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
