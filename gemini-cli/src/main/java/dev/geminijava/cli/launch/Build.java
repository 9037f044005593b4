package dev.geminijava.cli.launch;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.passes.shard.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** From sources to a program that can run: passes, then javac. */
final class Build {

  private static final String PROVIDERS = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";
  private static final String DJL = "ai/djl/engine/api.properties";

  private final Javac javac;
  private final ClassPath classPath;
  private final boolean parallel;
  private final PluginPath plugins;
  private final Target target;

  /**
   * @param parallel whether the passes take part
   * @param target what the result is meant for
   */
  Build(
      List<String> javacOptions,
      ClassPath classPath,
      boolean parallel,
      PluginPath plugins,
      Target target) {
    this.javac = new Javac(javacOptions, classPath.and(plugins.jars()).forCompiling());
    this.classPath = classPath;
    this.parallel = parallel;
    this.plugins = plugins;
    this.target = target;
  }

  /**
   * Compiles a program.
   *
   * @throws CompileFailure if javac does not take the user's own text, in javac's words about it
   */
  CompiledProgram compile(Program program) throws CompileFailure {
    Map<Path, String> written = program.texts();
    Map<Path, String> texts = written;
    if (parallel && program.mentions("ai.djl")) {
      checkDjl();
      texts = Instrumentation.texts(classPath, program, plugins, target);
    }
    Javac.Result result = javac.compile(texts);
    if (!result.messages().isEmpty() && !texts.equals(written)) {
      // Whatever there is to say is said about the text that the user knows.
      Javac.Result original = javac.compile(written);
      if (original.ok() && !result.ok()) {
        throw new IllegalStateException(
            "the rewritten program does not compile:\n" + result.messages());
      }
      result =
          new Javac.Result(original.ok(), original.messages(), original.types(), result.classes());
    }
    if (!result.ok()) {
      throw new CompileFailure(result.messages() + "error: compilation failed\n");
    }
    if (result.types().isEmpty()) {
      throw new CompileFailure("error: no class declared in source file\n");
    }
    return new CompiledProgram(result.types(), result.classes(), result.messages(), usersLogging());
  }

  /** The overlay replaces classes of one DJL version; with another it would mix the two. */
  private void checkDjl() {
    try {
      List<URL> found = resources(DJL);
      if (found.size() < 2) {
        return;
      }
      URL first = found.get(0);
      String used = property(first, "djl_version");
      String ours = property(found.get(found.size() - 1), "djl_version");
      if (!used.equals(ours)) {
        throw new UsageException(
            "your class path has DJL "
                + used
                + " ("
                + first
                + "), and this gemini-java works with DJL "
                + ours
                + ", which is on board. Take yours off the class path, or use --mode=none.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The user's own logging wins over ours, without SLF4J's warning that there are two. */
  private static String usersLogging() {
    try {
      List<URL> providers = resources(PROVIDERS);
      if (providers.size() < 2) {
        return "";
      }
      try (InputStream in = providers.get(0).openStream()) {
        for (String line : new String(in.readAllBytes()).split("\\R")) {
          String name = line.replaceAll("#.*", "").trim();
          if (!name.isEmpty()) {
            return name;
          }
        }
      }
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<URL> resources(String name) throws IOException {
    Enumeration<URL> found = ClassLoader.getSystemResources(name);
    return Collections.list(found);
  }

  private static String property(URL url, String key) throws IOException {
    try (InputStream in = url.openStream()) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty(key, "");
    }
  }
}
