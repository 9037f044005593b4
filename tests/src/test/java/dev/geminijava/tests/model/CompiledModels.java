package dev.geminijava.tests.model;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.verify.Verification;
import dev.geminijava.passes.verify.Verifier;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Sources of package {@code models}, each an {@link Example}, compiled twice: as they are written,
 * by javac alone, and as the compiler rewrites them.
 */
public final class CompiledModels implements AutoCloseable {

  private final Compilation compilation;
  private final Classes written;
  private final Classes rewritten;

  private CompiledModels(Compilation compilation, Classes written, Classes rewritten) {
    this.compilation = compilation;
    this.written = written;
    this.rewritten = rewritten;
  }

  /**
   * Compiles.
   *
   * @throws IllegalStateException if javac rejects the sources, or what they were rewritten to
   */
  public static CompiledModels of(List<SourceFile> sources) {
    Classes written = Classes.of(sources);
    Compilation compilation = new Compiler(classPath(), Options.PROGRAM).compile(sources);
    return new CompiledModels(
        compilation,
        written,
        Classes.of(
            compilation.files().stream()
                .map((CompiledFile f) -> new SourceFile(f.original().path(), f.text()))
                .toList()));
  }

  /** A model as its author wrote it. */
  public Example written(String name) {
    return written.load(name);
  }

  /** The same model as the compiler rewrote it. */
  public Example rewritten(String name) {
    return rewritten.load(name);
  }

  /** What the compiler made of the models. */
  public Compilation compilation() {
    return compilation;
  }

  /** What the compiler makes of what it made; nothing, if all is well. */
  public Compilation again() {
    return new Compiler(classPath(), Options.PROGRAM).compile(texts());
  }

  /** What can be proven of the rewritten sources without running them. */
  public Verification verification() {
    Compiler compiler = new Compiler(classPath(), Options.PROGRAM);
    return new Verifier(compiler.classPath(), compiler.passes(), compiler.rules())
        .verifyTransformed(
            texts(), compilation.files().stream().map(CompiledFile::original).toList());
  }

  private List<SourceFile> texts() {
    return compilation.files().stream()
        .map(file -> new SourceFile(file.original().path(), file.text()))
        .toList();
  }

  /** The class path of the tests, on which the runtime stands before DJL. */
  public static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** Forgets the classes and removes their files. */
  @Override
  public void close() {
    written.close();
    rewritten.close();
  }

  private record Classes(Path directory, URLClassLoader loader) {

    static Classes of(List<SourceFile> sources) {
      try {
        Path directory = Files.createTempDirectory("models");
        for (SourceFile source : sources) {
          Path file = directory.resolve(source.path().toString());
          Files.createDirectories(file.getParent());
          Files.writeString(file, source.text());
        }
        compile(directory, sources);
        return new Classes(
            directory,
            new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, CompiledModels.class.getClassLoader()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void compile(Path directory, List<SourceFile> sources) throws IOException {
      JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
      StringWriter messages = new StringWriter();
      try (StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, null)) {
        boolean accepted =
            javac
                .getTask(
                    messages,
                    files,
                    null,
                    List.of("-proc:none", "-nowarn", "-d", directory.toString()),
                    null,
                    files.getJavaFileObjectsFromPaths(
                        sources.stream().map(s -> directory.resolve(s.path().toString())).toList()))
                .call();
        if (!accepted) {
          throw new IllegalStateException("javac rejects the models:\n" + messages);
        }
      }
    }

    Example load(String name) {
      try {
        return (Example) loader.loadClass("models." + name).getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    void close() {
      try {
        loader.close();
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
