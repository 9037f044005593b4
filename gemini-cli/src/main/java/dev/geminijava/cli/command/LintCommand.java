package dev.geminijava.cli.command;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Setting;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.cli.lint.Baseline;
import dev.geminijava.cli.lint.Finding;
import dev.geminijava.cli.lint.Fixes;
import dev.geminijava.cli.lint.LintReport;
import dev.geminijava.cli.lint.LintRun;
import dev.geminijava.cli.lint.LintSettings;
import dev.geminijava.cli.lint.LintSources;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Degrees;
import dev.geminijava.passes.lint.Lint;
import dev.geminijava.passes.shard.Target;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gemini-java lint}. */
@Command(
    name = "lint",
    description = {
      "Say why code will not run in parallel, where, and how to mend it.",
      "Nothing of the code is run or loaded, and no annotation processor is."
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  nothing at or above --fail-on",
      "  1  findings at or above --fail-on, or files that do not compile",
      "  2  an option, a value or a file cannot be used",
      "  3  gemini-java itself is at fault, and says so",
      "",
      "A finding is silenced by @SuppressWarnings(\"gemini:CODE\") on a class, method, field or"
          + " variable."
    })
final class LintCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description = "Java files, folders, jars of sources; folders and jars of classes are used.")
  private List<Path> paths = List.of();

  @Option(
      names = {"-cp", "-classpath", "--class-path"},
      paramLabel = "PATH",
      description = "Class path of the code, where DJL alone is not enough.")
  private String classPath = "";

  @Option(
      names = "--source-path",
      paramLabel = "PATH",
      description = "Further source roots; those of the files themselves are found.")
  private String sourcePath = "";

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json|sarif|github|gitlab",
      description = "How to report (default: ${DEFAULT-VALUE}).")
  private LintReport.Format format;

  @Option(names = "--output", paramLabel = "FILE", description = "Write the report to a file.")
  private Path output;

  @Option(names = "--fix", description = "Mend what can be mended mechanically, and say what.")
  private boolean fix;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "Findings in this file are known and do not count.")
  private Path baseline;

  @Option(
      names = "--write-baseline",
      description = "Write all findings to the --baseline file, and succeed.")
  private boolean writeBaseline;

  @Option(
      names = "--severity",
      paramLabel = "CODE=error|warning|note|off",
      description = "How much a finding matters; may be given often.")
  private Map<String, String> severities = Map.of();

  @Option(
      names = "--fail-on",
      paramLabel = "error|warning|note|never",
      description = "The least finding that fails the run (default: warning).")
  private String failOn;

  @Option(
      names = "--sharding-size",
      paramLabel = "N",
      description = "Devices that are meant to share each layer.")
  private Integer shards;

  @Option(names = "--pipeline-degree", paramLabel = "N", description = "Stages that are meant.")
  private Integer stages;

  @Option(
      names = "--micro-batches",
      paramLabel = "N",
      description = "Pieces that a batch is meant to be divided into.")
  private Integer microBatches;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The gemini.yaml (default: the nearest one above the first PATH).")
  private Path config;

  @Option(names = "--list", description = "List the codes, and stop.")
  private boolean list;

  @Option(names = "--explain", paramLabel = "CODE", description = "Show a code's page, and stop.")
  private String explain;

  @Mixin private PluginOption plugin;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path yaml = config == null ? nearestYaml() : config;
    if (config != null && !Files.exists(config)) {
      throw new UsageException("there is no " + config + ". --config takes a gemini.yaml.");
    }
    Settings program = Settings.resolve(System.getProperties(), System.getenv(), yaml);
    PluginPath plugins = PluginOption.among(program);
    List<Check> checks = checks(plugins);
    if (list || explain != null) {
      out.print(list ? listed(checks) : page(checks));
      out.flush();
      return ExitCode.OK;
    }
    if (paths.isEmpty()) {
      throw new UsageException("lint needs a PATH: a file or folder of Java sources.");
    }
    LintSettings settings = settings(yaml, checks);
    ClassPath onBoard = ClassPath.current();
    List<String> entries = new ArrayList<>(split(classPath));
    LintSources sources = LintSources.of(paths, split(sourcePath).stream().map(Path::of).toList());
    sources.classPath().forEach(path -> entries.add(path.toString()));
    entries.addAll(onBoard.entries());
    ClassPath all = new ClassPath(entries, onBoard.home()).and(plugins.jars());
    Compiler compiler = Instrumentation.compiler(all, plugins, Target.ANY);
    Lint lint =
        new Lint(
            checks,
            compiler.passes().passes(),
            compiler.rules(),
            Instrumentation.library(all),
            new Degrees(
                degree(shards, program, Setting.SHARDING_SIZE),
                degree(stages, program, Setting.PIPELINE_DEGREE),
                degree(microBatches, program, Setting.MICRO_BATCHES)));
    LintRun run = new LintRun(lint, all.forCompiling(), settings);
    List<Diagnostic> found = run.over(sources);
    if (fix) {
      found = fixed(found, run, out);
    }
    return report(Finding.of(found), sources, settings, checks, out);
  }

  private int report(
      List<Finding> all,
      LintSources sources,
      LintSettings settings,
      List<Check> checks,
      PrintWriter out)
      throws IOException {
    if (writeBaseline) {
      Path file =
          settings
              .baseline()
              .orElseThrow(() -> new UsageException("--write-baseline needs --baseline=FILE."));
      Baseline.of(all).write(file);
      out.println(file + ": " + all.size() + (all.size() == 1 ? " finding" : " findings"));
      return ExitCode.OK;
    }
    List<Finding> counting =
        settings.baseline().isPresent()
            ? Baseline.read(settings.baseline().get()).without(all)
            : all;
    LintReport report =
        new LintReport(counting, all.size() - counting.size(), sources.files().size(), checks);
    if (output == null) {
      out.print(report.write(format, Terminal.colourOut()));
      out.flush();
    } else {
      Files.writeString(output, report.write(format, false));
      out.println(report.summary() + ": " + output);
    }
    boolean fails = counting.stream().map(Finding::diagnostic).anyMatch(settings::fails);
    return fails ? ExitCode.PROGRAM : ExitCode.OK;
  }

  /** Mends, says so, and looks again, since one fix may make room for another. */
  private List<Diagnostic> fixed(List<Diagnostic> first, LintRun run, PrintWriter out)
      throws IOException {
    List<Diagnostic> found = first;
    for (int round = 0; round < 10; round++) {
      Fixes fixes = Fixes.of(found);
      if (fixes.applied().isEmpty()) {
        break;
      }
      fixes.write();
      for (Diagnostic diagnostic : fixes.applied()) {
        // On standard error where the report is for machines.
        PrintWriter told = format == LintReport.Format.text ? out : spec.commandLine().getErr();
        told.println(
            diagnostic.file().path()
                + ":"
                + diagnostic.file().position(diagnostic.span().start())
                + ": fixed: "
                + diagnostic.fix().orElseThrow().what()
                + " ["
                + diagnostic.code()
                + "]");
      }
      found = run.over(LintSources.of(paths, split(sourcePath).stream().map(Path::of).toList()));
    }
    return found;
  }

  private static List<Check> checks(PluginPath plugins) {
    try {
      return Lint.load(plugins.loader());
    } catch (IllegalArgumentException | java.util.ServiceConfigurationError e) {
      throw new UsageException("--plugin=" + plugins + ": " + e.getMessage() + ".");
    }
  }

  private LintSettings settings(Path yaml, List<Check> checks) {
    List<String> codes = checks.stream().map(Check::code).toList();
    LintSettings settings = LintSettings.read(yaml, codes);
    for (Map.Entry<String, String> entry : severities.entrySet()) {
      settings = settings.withSeverity("--severity=", entry.getKey(), entry.getValue(), codes);
    }
    if (failOn != null) {
      settings = settings.withFailOn(LintSettings.level("--fail-on=", failOn));
    }
    return baseline == null ? settings : settings.withBaseline(baseline);
  }

  private static OptionalInt degree(Integer flag, Settings program, Setting setting) {
    if (flag != null) {
      if (flag < 1) {
        throw new UsageException(
            "--"
                + setting.key()
                + "="
                + flag
                + " is not allowed: it takes "
                + setting.allowed()
                + ".");
      }
      return OptionalInt.of(flag);
    }
    String written = program.get(setting);
    return written == null || written.equals("auto")
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(written));
  }

  /** The gemini.yaml of the nearest folder at or above the first path. */
  private Path nearestYaml() {
    Path folder = (paths.isEmpty() ? Path.of("") : paths.get(0)).toAbsolutePath().normalize();
    for (Path at = folder; at != null; at = at.getParent()) {
      Path yaml = at.resolve("gemini.yaml");
      if (Files.isRegularFile(yaml)) {
        return yaml;
      }
    }
    return folder.resolve("gemini.yaml");
  }

  private static String listed(List<Check> checks) {
    int width = checks.stream().mapToInt(c -> c.code().length()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (Check check : checks) {
      out.append(check.code())
          .append(" ".repeat(width - check.code().length() + 2))
          .append("%-8s".formatted(check.severity().label()))
          .append(' ')
          .append(check.title())
          .append('\n');
    }
    return out.toString();
  }

  private String page(List<Check> checks) {
    return checks.stream()
        .filter(check -> check.code().equals(explain))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "there is no check " + explain + ". 'gemini-java lint --list' lists them."))
        .page()
        .orElse("There is no page for " + explain + ".\n");
  }

  private static List<String> split(String path) {
    return Arrays.stream(path.split(File.pathSeparator)).filter(p -> !p.isEmpty()).toList();
  }
}
