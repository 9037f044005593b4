package dev.geminijava.cli.lint;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Spelling;
import dev.geminijava.cli.config.YamlFile;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What counts, and how much.
 *
 * @param severities for codes that somebody set; empty for one that is off
 * @param failOn findings that matter at least this much fail the run; empty for none
 * @param baseline the file of known findings
 */
public record LintSettings(
    Map<String, Optional<Severity>> severities,
    Optional<Severity> failOn,
    Optional<Path> baseline) {

  /** Nobody set anything. */
  public static final LintSettings DEFAULT =
      new LintSettings(Map.of(), Optional.of(Severity.WARNING), Optional.empty());

  private static final String CURE =
      "Write 'lint:' with 'severity:', 'fail-on:' or 'baseline:' below it.";
  private static final List<String> LEVELS = List.of("error", "warning", "note", "off");

  /** Keeps its own copy. */
  public LintSettings {
    severities = Map.copyOf(severities);
  }

  /**
   * The part {@code lint:} of a gemini.yaml; it need not exist.
   *
   * @param codes the codes that there are
   */
  public static LintSettings read(Path yaml, List<String> codes) {
    LintSettings settings = DEFAULT;
    if (!Files.exists(yaml)) {
      return settings;
    }
    for (YamlFile.Entry part : YamlFile.read(yaml, CURE)) {
      if (!part.key().equals("lint")) {
        continue;
      }
      for (YamlFile.Entry entry : part.entries(CURE)) {
        switch (entry.key()) {
          case "severity" -> {
            for (YamlFile.Entry code : entry.entries("Write lines such as 'batch-norm: off'.")) {
              settings = settings.withSeverity(code.place(), code.key(), code.text(CURE), codes);
            }
          }
          case "fail-on" -> settings = settings.withFailOn(level(entry.place(), entry.text(CURE)));
          case "baseline" ->
              settings =
                  settings.withBaseline(
                      yaml.toAbsolutePath().resolveSibling(entry.text(CURE)).normalize());
          default -> throw entry.refuse(entry.key() + " is not a setting of lint. " + CURE);
        }
      }
    }
    return settings;
  }

  /**
   * The same with another severity for a code.
   *
   * @param place where it is written, ready to stand before a message
   */
  public LintSettings withSeverity(String place, String code, String level, List<String> codes) {
    if (!codes.contains(code)) {
      String near = Spelling.nearest(code, codes);
      throw new UsageException(
          place
              + "there is no check "
              + code
              + ". "
              + (near == null
                  ? "'gemini-java lint --list' lists them."
                  : "Did you mean " + near + "?"));
    }
    Map<String, Optional<Severity>> changed = new HashMap<>(severities);
    changed.put(code, level(place, level));
    return new LintSettings(changed, failOn, baseline);
  }

  /** The same with another threshold. */
  public LintSettings withFailOn(Optional<Severity> level) {
    return new LintSettings(severities, level, baseline);
  }

  /** The same with a file of known findings. */
  public LintSettings withBaseline(Path file) {
    return new LintSettings(severities, failOn, Optional.of(file));
  }

  /** Reads a severity; empty for {@code off}. */
  public static Optional<Severity> level(String place, String written) {
    String level = written.toLowerCase(Locale.ROOT);
    // YAML 1.1 tools write off as false.
    if (level.equals("off") || level.equals("false") || level.equals("never")) {
      return Optional.empty();
    }
    if (!LEVELS.contains(level)) {
      throw new UsageException(
          place + written + " is not a severity: it is error, warning, note or off.");
    }
    return Optional.of(Severity.valueOf(level.toUpperCase(Locale.ROOT)));
  }

  /** The diagnostics that are on, each with its severity. */
  public List<Diagnostic> apply(List<Diagnostic> diagnostics) {
    List<Diagnostic> on = new ArrayList<>();
    for (Diagnostic diagnostic : diagnostics) {
      Optional<Severity> set = severities.get(diagnostic.code());
      if (set == null) {
        on.add(diagnostic);
      } else {
        set.ifPresent(severity -> on.add(diagnostic.with(severity)));
      }
    }
    return on;
  }

  /** Whether a finding fails the run. */
  public boolean fails(Diagnostic diagnostic) {
    return failOn.filter(least -> diagnostic.severity().compareTo(least) <= 0).isPresent();
  }
}
