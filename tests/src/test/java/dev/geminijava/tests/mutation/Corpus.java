package dev.geminijava.tests.mutation;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The sources that faults are put into: samples, the tests' models and programs, DJL's blocks. */
final class Corpus {

  /** Tests run in their module. */
  private static final Path ROOT = Path.of("..");

  private static final Path LIBRARY = ROOT.resolve("gemini-runtime/target/djl-sources");

  private Corpus() {}

  /** The compiler, with the class path of this test. */
  static Compiler compiler() {
    return new Compiler(
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList(),
        Options.PROGRAM);
  }

  /** Every file into which the compiler inserts something, each compiled by itself. */
  static List<CompiledFile> compiled() throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (String directory :
        List.of(
            "samples/bert",
            "samples/dump_ast",
            "samples/mnist",
            "tests/src/test/resources/models",
            "tests/src/test/resources/programs")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          sources.add(SourceFile.read(file));
        }
      }
    }
    for (String jar : List.of("api-sources.jar", "model-zoo-sources.jar")) {
      Overlay.sources(LIBRARY.resolve(jar)).stream()
          .filter(f -> f.text().contains("NDList forward"))
          .forEach(sources::add);
    }
    Compiler compiler = compiler();
    List<CompiledFile> compiled = new ArrayList<>();
    for (SourceFile source : sources) {
      Compilation compilation = compiler.compile(List.of(source));
      compilation.files().stream().filter(CompiledFile::isChanged).forEach(compiled::add);
    }
    return compiled;
  }
}
