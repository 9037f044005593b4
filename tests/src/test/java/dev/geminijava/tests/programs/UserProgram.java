package dev.geminijava.tests.programs;

import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.tests.model.CompiledModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A program under {@code resources/programs}, compiled and ready to run in this process. */
final class UserProgram {

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  private final Path classes;
  private final String main;

  private UserProgram(Path classes, String main) {
    this.classes = classes;
    this.main = main;
  }

  /** The names of all programs, in alphabetical order. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(f -> f.getFileName().toString().replace(".java", "")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program as its author wrote it. */
  static UserProgram written(String name) {
    return compile(name, read(name).text());
  }

  /** The same program as the launcher would compile it. */
  static UserProgram rewritten(String name) {
    Compiler compiler = new Compiler(CompiledModels.classPath(), Options.PROGRAM);
    return compile(name, compiler.compile(List.of(read(name))).files().get(0).text());
  }

  private static Path directory() {
    try {
      return Path.of(UserProgram.class.getResource("/programs").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SourceFile read(String name) {
    try {
      Path file = directory().resolve(name + ".java");
      return new SourceFile(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UserProgram compile(String name, String text) {
    try {
      Path directory = Files.createTempDirectory("program");
      Path source = Files.writeString(directory.resolve(name + ".java"), text);
      JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
      StringWriter messages = new StringWriter();
      try (StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, null)) {
        List<String> options = List.of("-proc:none", "-nowarn", "-d", directory.toString());
        if (!javac
            .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
            .call()) {
          throw new IllegalStateException("javac rejects the program:\n" + messages);
        }
      }
      Matcher declared = PACKAGE.matcher(text);
      return new UserProgram(directory, declared.find() ? declared.group(1) + "." + name : name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the program in fresh classes.
   *
   * @param settings gemini-java's settings
   * @return what it printed
   * @throws RuntimeException what the program's main throws
   */
  String run(Map<String, String> settings) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    settings.forEach((key, value) -> System.setProperty("gemini." + key, value));
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Object arguments = new String[0];
      loader.loadClass(main).getMethod("main", String[].class).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setOut(out);
      settings.keySet().forEach(key -> System.clearProperty("gemini." + key));
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
