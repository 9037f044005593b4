package dev.geminijava.cli.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory for sources, and an installation of the launcher made of links to what is built. */
final class Sandbox {

  /** What a process left. */
  record Outcome(int exit, String out, String err) {}

  /** The libraries of programs; what only the tests need stays out. */
  private static final Pattern ON_BOARD =
      Pattern.compile("(?!.*(junit|opentest4j|apiguardian)).*\\.jar");

  private static final Path LAUNCHER = install(Path.of("target", "launcher").toAbsolutePath());

  private final Path directory;
  private final Path work;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String stdin = "";

  Sandbox(Path directory) throws IOException {
    this.directory = directory;
    this.work = Files.createDirectories(directory.resolve("work"));
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
  }

  private static Path install(Path prefix) {
    try {
      empty(prefix);
      Path lib = prefix.resolve("lib/gemini-java");
      Files.createDirectories(lib.resolve("on-board"));
      Files.createDirectories(prefix.resolve("bin"));
      Path scripts = Path.of("src/main/scripts").toAbsolutePath();
      link(lib.resolve("argfile.awk"), scripts.resolve("argfile.awk"));
      link(lib.resolve("defaults"), Path.of("src/main/dist/defaults").toAbsolutePath());
      link(lib.resolve("gemini-cli.jar"), Path.of("target/classes").toAbsolutePath());
      link(lib.resolve("sources"), Path.of("../gemini-runtime/target/djl-sources").toRealPath());
      Path runtime = Path.of("../gemini-runtime/target").toRealPath();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        Path path = Path.of(entry).toAbsolutePath();
        if (path.startsWith(runtime)) {
          link(lib.resolve("gemini-runtime.jar"), path);
        } else if (ON_BOARD.matcher(entry).matches() || entry.contains("gemini-passes")) {
          link(lib.resolve("on-board").resolve(path.getFileName() + ".jar"), path);
        }
      }
      Path launcher = prefix.resolve("bin/gemini-java");
      Files.copy(scripts.resolve("gemini-java"), launcher, StandardCopyOption.REPLACE_EXISTING);
      if (!launcher.toFile().setExecutable(true)) {
        throw new IOException("cannot make " + launcher + " executable");
      }
      return launcher;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an earlier run linked may be there twice now, as a jar and as a directory of classes. */
  private static void empty(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  /** Where programs run. */
  Path work() {
    return work;
  }

  /** The launcher script. */
  Path launcher() {
    return LAUNCHER;
  }

  /** The directory of compiled programs. */
  Path cache() {
    return directory.resolve("cache/gemini-java");
  }

  /** Writes a file under the working directory. */
  Sandbox file(String name, String text) {
    try {
      Path file = work.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the next programs read. */
  Sandbox stdin(String text) {
    stdin = text;
    return this;
  }

  /** Sets a variable for the next programs; null takes it away. */
  Sandbox environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs {@code java}. */
  Outcome java(String... args) {
    return run(Path.of(System.getProperty("java.home"), "bin", "java").toString(), args);
  }

  /** Runs {@code gemini-java}. */
  Outcome gemini(String... args) {
    return run(LAUNCHER.toString(), args);
  }

  /** Runs a command to its end. */
  Outcome run(String command, String... args) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(Arrays.asList(args));
    try {
      Path out = directory.resolve("out");
      Path err = directory.resolve("err");
      Path in = Files.writeString(directory.resolve("in"), stdin);
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(work.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("GEMINI_"));
      builder.environment().remove("CLASSPATH");
      environment.forEach(
          (name, value) -> {
            if (value == null) {
              builder.environment().remove(name);
            } else {
              builder.environment().put(name, value);
            }
          });
      int exit = builder.start().waitFor();
      return new Outcome(
          exit,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
