package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.evaluate.Coverage;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gemini-java coverage}. */
@Command(
    name = "coverage",
    description = {
      "Say how much of the models in some sources is understood, and why the rest is not.",
      "Nothing of them is run or loaded. What is counted: docs/coverage.md."
    })
final class CoverageCommand implements Callable<Integer> {

  /** What a report may be. */
  enum Report {
    text,
    json
  }

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Report format;

  @Option(
      names = {"-cp", "-classpath", "--class-path"},
      paramLabel = "PATH",
      description = "What the sources need beside DJL; what is missing stays unknown.")
  private String extra;

  @Mixin private PluginOption plugin;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIR|JAR",
      description = "Directories with sources, jars with sources, or source files.")
  private List<Path> roots;

  @Override
  public Integer call() throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (Path root : roots) {
      sources.addAll(sources(root));
    }
    if (sources.isEmpty()) {
      throw new UsageException("there is no .java file in " + roots.get(0) + ".");
    }
    ClassPath classPath = ClassPath.current();
    if (extra != null) {
      classPath = classPath.and(Stream.of(extra.split(File.pathSeparator)).map(Path::of).toList());
    }
    PluginPath plugins =
        PluginOption.among(
            Settings.resolve(System.getProperties(), System.getenv(), Path.of("gemini.yaml")));
    classPath = classPath.and(plugins.jars());
    ProgramCode program = Lift.lift(Program.lenient(sources, classPath.forCompiling()));
    boolean isDjl = program.classes().stream().anyMatch(c -> c.name().equals("ai.djl.nn.Block"));
    LibraryCode library = isDjl ? LibraryCode.NONE : Instrumentation.library(classPath);
    RuleTable rules = Instrumentation.compiler(classPath, plugins, Target.ANY).rules();
    Coverage coverage = Coverage.of(program, library, rules);
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        format == Report.json ? CoverageReport.json(coverage) : CoverageReport.text(coverage));
    out.flush();
    return 0;
  }

  private static List<SourceFile> sources(Path root) throws IOException {
    if (!Files.exists(root)) {
      throw new UsageException(
          "there is no " + root + ". Name a directory, a jar with sources, or a .java file.");
    }
    if (root.toString().endsWith(".jar")) {
      return Overlay.sources(root);
    }
    List<SourceFile> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        sources.add(SourceFile.read(file));
      }
    }
    return sources;
  }
}
