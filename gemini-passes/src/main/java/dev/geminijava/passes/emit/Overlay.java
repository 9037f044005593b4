package dev.geminijava.passes.emit;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compiles a library's published sources, and writes the classes that changed. */
public final class Overlay {

  private Overlay() {}

  /**
   * Builds an overlay at build time.
   *
   * @param args the directory to write to, the class path, and the source jars
   * @throws IOException if a jar cannot be read or a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    List<Path> classPath =
        Stream.of(args[1].split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toList();
    List<Path> jars = Stream.of(args).skip(2).map(Path::of).toList();
    write(Path.of(args[0]), new Compiler(classPath, Options.ENGINE), jars);
  }

  /**
   * Writes the changed sources under a directory; files that are there and right stay untouched.
   *
   * @throws IllegalStateException if one of the sources does not compile
   */
  public static void write(Path directory, Compiler compiler, List<Path> jars) throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (Path jar : jars) {
      sources.addAll(sources(jar));
    }
    Compilation compilation = compiler.compile(sources);
    String errors =
        compilation.diagnostics().stream()
            .filter(d -> d.severity() != Severity.NOTE)
            .map((Diagnostic d) -> new CaretPrinter(false).print(d))
            .collect(Collectors.joining());
    if (!errors.isEmpty()) {
      throw new IllegalStateException("no overlay:\n" + errors);
    }
    for (CompiledFile file : compilation.files()) {
      Path target = directory.resolve(file.original().path().toString());
      if (!file.isChanged()) {
        Files.deleteIfExists(target);
      } else if (!Files.exists(target) || !Files.readString(target).equals(file.text())) {
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.text());
      }
    }
  }

  /** The Java sources in a jar, under the names that they have there. */
  public static List<SourceFile> sources(Path jar) throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        if (entry.getName().endsWith(".java")) {
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          sources.add(
              new SourceFile(Path.of(entry.getName()), new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    }
    return sources;
  }
}
