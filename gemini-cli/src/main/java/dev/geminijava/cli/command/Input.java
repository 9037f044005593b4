package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.CompileTarget;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.cli.launch.Program;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The sources that a command looks at. */
final class Input {

  @Option(
      names = {"-cp", "-classpath", "--class-path"},
      paramLabel = "PATH",
      description = "Class path of the program, where DJL alone is not enough.")
  private String extra;

  @Mixin private PluginOption plugin;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Source files; those that they mention are found.")
  private List<Path> named;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The words of the command line behind {@code --}; empty without one. */
  private Optional<List<String>> behindDashes() {
    List<String> words = spec.commandLine().getParseResult().expandedArgs();
    int dashes = words.indexOf("--");
    return dashes < 0 ? Optional.empty() : Optional.of(words.subList(dashes + 1, words.size()));
  }

  /** Whether all that stands behind {@code --} are files, as there are no others before it. */
  private boolean namesFilesBehindDashes() {
    return behindDashes().filter(words -> words.size() == named.size()).isPresent();
  }

  private List<Path> files() {
    return namesFilesBehindDashes()
        ? named
        : named.subList(0, named.size() - behindDashes().map(List::size).orElse(0));
  }

  /**
   * What the program is started with: {@code Train.java -- tiny 10}; nothing if nothing is said.
   */
  private List<String> arguments() {
    return namesFilesBehindDashes() ? List.of() : behindDashes().orElse(List.of());
  }

  /** The files that were named, and those that they mention. */
  Program program() {
    List<Path> files = files();
    for (Path file : files) {
      if (!file.toFile().isFile()) {
        throw new UsageException("there is no file " + file + ". Name a .java file.");
      }
    }
    return Program.of(files);
  }

  /** Runs the passes; no class of the program is loaded. */
  Compilation compile() throws CompileFailure {
    Compilation compilation = Instrumentation.compile(classPath(), program(), plugins(), target());
    if (compilation.hasErrors()) {
      StringBuilder errors = new StringBuilder();
      int count = 0;
      for (Diagnostic diagnostic : compilation.diagnostics()) {
        if (diagnostic.severity() == Severity.ERROR) {
          errors.append(new CaretPrinter(false).print(diagnostic));
          count++;
        }
      }
      errors.append(count).append(count == 1 ? " error\n" : " errors\n");
      throw new CompileFailure(errors.toString());
    }
    return compilation;
  }

  /** The texts of the files that were named, and of those that they mention. */
  List<SourceFile> sources() {
    return Instrumentation.files(program());
  }

  /** What compiles them. */
  Compiler compiler() {
    return Instrumentation.compiler(classPath(), plugins(), target());
  }

  /** The trees and types of the sources, before any pass. */
  dev.geminijava.passes.front.Program read() {
    return Instrumentation.read(classPath().and(plugins().jars()), program());
  }

  /**
   * The program, the library's sources that it needs, and its models.
   *
   * @param inputs the shapes of what goes into them; empty where the program says it
   */
  Understanding understand(List<Extents> inputs) {
    try {
      return Understanding.of(read(), compiler().rules(), classPath(), inputs, arguments());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings in force for these files. */
  Settings settings() {
    Settings settings =
        Settings.resolve(
            System.getProperties(), System.getenv(), files().get(0).resolveSibling("gemini.yaml"));
    settings.install(System.getProperties());
    return settings;
  }

  /** What the settings say that the program is meant for. */
  private Target target() {
    return CompileTarget.of(settings());
  }

  /** What others add. */
  PluginPath plugins() {
    return PluginOption.among(settings());
  }

  /** The class path of the program. */
  ClassPath classPath() {
    ClassPath onBoard = ClassPath.current();
    if (extra == null) {
      return onBoard;
    }
    List<String> entries = new ArrayList<>(Arrays.asList(extra.split(File.pathSeparator)));
    entries.addAll(onBoard.entries());
    return new ClassPath(entries, onBoard.home());
  }
}
