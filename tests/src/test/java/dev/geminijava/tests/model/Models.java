package dev.geminijava.tests.model;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The models under {@code resources/models}, each compiled twice: as it is written, by javac alone,
 * and as the compiler rewrites it.
 */
public final class Models {

  private static final Models ALL = compile();

  private final Compilation compilation;
  private final ClassLoader written;
  private final ClassLoader rewritten;

  private Models(Compilation compilation, ClassLoader written, ClassLoader rewritten) {
    this.compilation = compilation;
    this.written = written;
    this.rewritten = rewritten;
  }

  /** The names of all models, in alphabetical order. */
  public static List<String> names() {
    return ALL.compilation.files().stream()
        .map(file -> file.original().path().getFileName().toString().replace(".java", ""))
        .sorted()
        .toList();
  }

  /** A model as its author wrote it. */
  public static Example written(String name) {
    return load(ALL.written, name);
  }

  /** The same model as the compiler rewrote it. */
  public static Example rewritten(String name) {
    return load(ALL.rewritten, name);
  }

  /** What the compiler made of all models. */
  public static Compilation compilation() {
    return ALL.compilation;
  }

  private static Example load(ClassLoader loader, String name) {
    try {
      return (Example) loader.loadClass("models." + name).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Models compile() {
    try {
      List<SourceFile> sources = sources();
      Compilation compilation = new Compiler(classPath(), Options.PROGRAM).compile(sources);
      return new Models(
          compilation,
          load(sources),
          load(
              compilation.files().stream()
                  .map((CompiledFile f) -> new SourceFile(f.original().path(), f.text()))
                  .toList()));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<SourceFile> sources() throws IOException, URISyntaxException {
    Path directory = Path.of(Models.class.getResource("/models").toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(Models::read)
          .toList();
    }
  }

  private static SourceFile read(Path file) {
    try {
      return new SourceFile(Path.of("models").resolve(file.getFileName()), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class path of the tests, on which the runtime stands before DJL. */
  public static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  private static ClassLoader load(List<SourceFile> sources) throws IOException {
    Path directory = Files.createTempDirectory("models");
    for (SourceFile source : sources) {
      Path file = directory.resolve(source.path().toString());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.text());
      file.toFile().deleteOnExit();
    }
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
    return new URLClassLoader(new URL[] {directory.toUri().toURL()}, Models.class.getClassLoader());
  }
}
