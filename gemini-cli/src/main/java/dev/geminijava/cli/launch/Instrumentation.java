package dev.geminijava.cli.launch;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.evaluate.Library;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The passes over a program's sources. */
public final class Instrumentation {

  private Instrumentation() {}

  /** Runs all passes over a program, those of plug-ins included. */
  public static Compilation compile(
      ClassPath classPath, Program program, PluginPath plugins, Target target) {
    return compiler(classPath, plugins, target).compile(files(program));
  }

  /**
   * The compiler.
   *
   * @param target what the result is meant for
   * @throws UsageException if a plug-in cannot be used
   */
  public static Compiler compiler(ClassPath classPath, PluginPath plugins, Target target) {
    Compiler compiler =
        new Compiler(
            classPath.and(plugins.jars()).forCompiling(),
            Options.PROGRAM.with(plugins.plugins()).meantFor(target, library(classPath)));
    try {
      compiler.passes();
      return compiler;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--plugin=" + plugins + ": " + e.getMessage() + ".");
    }
  }

  /** DJL's own sources, as far as models are made of them, each read when it is needed. */
  public static LibrarySources library(ClassPath classPath) {
    Path sources = Path.of(classPath.home(), "sources");
    return Library.of(
        List.of(sources.resolve("api-sources.jar"), sources.resolve("model-zoo-sources.jar")),
        classPath.forCompiling());
  }

  /** The trees and types of a program, before any pass. */
  public static dev.geminijava.passes.front.Program read(ClassPath classPath, Program program) {
    return dev.geminijava.passes.front.Program.of(files(program), classPath.forCompiling());
  }

  /** The texts of a program. */
  public static List<SourceFile> files(Program program) {
    List<SourceFile> files = new ArrayList<>();
    for (Source source : program.sources()) {
      files.add(new SourceFile(source.path(), source.text()));
    }
    return files;
  }

  /** The texts after all passes, every line where it was. */
  static Map<Path, String> texts(
      ClassPath classPath, Program program, PluginPath plugins, Target target) {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (CompiledFile file : compile(classPath, program, plugins, target).files()) {
      texts.put(file.original().path(), file.text());
    }
    return texts;
  }
}
