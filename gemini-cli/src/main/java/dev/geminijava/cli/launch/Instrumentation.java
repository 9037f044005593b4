package dev.geminijava.cli.launch;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The passes over a program's sources. */
public final class Instrumentation {

  private Instrumentation() {}

  /** Runs all passes over a program. */
  public static Compilation compile(ClassPath classPath, Program program) {
    return new Compiler(classPath.forCompiling(), Options.PROGRAM).compile(files(program));
  }

  /** The trees and types of a program, before any pass. */
  public static dev.geminijava.passes.front.Program read(ClassPath classPath, Program program) {
    return dev.geminijava.passes.front.Program.of(files(program), classPath.forCompiling());
  }

  private static List<SourceFile> files(Program program) {
    List<SourceFile> files = new ArrayList<>();
    for (Source source : program.sources()) {
      files.add(new SourceFile(source.path(), source.text()));
    }
    return files;
  }

  /** The texts after all passes, every line where it was. */
  static Map<Path, String> texts(ClassPath classPath, Program program) {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (CompiledFile file : compile(classPath, program).files()) {
      texts.put(file.original().path(), file.text());
    }
    return texts;
  }
}
