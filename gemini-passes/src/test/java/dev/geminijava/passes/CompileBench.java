package dev.geminijava.passes;

import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.evaluate.Library;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints how long all passes take: over programs, for any devices and for two that were asked for,
 * and over the library's own sources. {@code CompileBench SOURCES-FOLDER FILE...}.
 */
final class CompileBench {

  private static final int WARM_UP = 10;

  private CompileBench() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> jars = jars(Path.of(arguments[0]));
    List<SourceFile> program = new ArrayList<>();
    for (String file : List.of(arguments).subList(1, arguments.length)) {
      program.add(SourceFile.read(Path.of(file)));
    }
    List<SourceFile> library = new ArrayList<>();
    for (Path jar : jars) {
      library.addAll(Overlay.sources(jar));
    }
    LibrarySources layers = Library.of(jars, Rewriting.classPath());
    CostModel two = new CostModel(Machine.VIRTUAL_CPU, 2);
    measure("for any devices", program, Options.PROGRAM);
    Target asked = new Target(two, Double.POSITIVE_INFINITY, true);
    measure("for 2 devices", program, Options.PROGRAM.meantFor(asked, layers));
    measure("DJL itself", library, Options.ENGINE);
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void measure(String name, List<SourceFile> files, Options options) {
    Compiler compiler = new Compiler(Rewriting.classPath(), options);
    double cold = seconds(compiler, files);
    double warm = cold;
    for (int round = 0; round < WARM_UP; round++) {
      warm = Math.min(warm, seconds(compiler, files));
    }
    long lines = files.stream().mapToLong(file -> file.text().lines().count()).sum();
    System.out.printf(
        Locale.ROOT,
        "%-16s %6d lines in %4d files: first %.2f s, warm %.2f s%n",
        name,
        lines,
        files.size(),
        cold,
        warm);
  }

  private static double seconds(Compiler compiler, List<SourceFile> files) {
    long start = System.nanoTime();
    if (compiler.compile(files).hasErrors()) {
      throw new IllegalArgumentException("javac rejects what is to be compiled");
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
