package dev.geminijava.tests.model;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The models under {@code resources/models}. */
public final class Models {

  private static final CompiledModels ALL = CompiledModels.of(sources());

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ALL::close));
  }

  private Models() {}

  /** The names of all models, in alphabetical order. */
  public static List<String> names() {
    return compilation().files().stream()
        .map(file -> file.original().path().getFileName().toString().replace(".java", ""))
        .sorted()
        .toList();
  }

  /** A model as its author wrote it. */
  public static Example written(String name) {
    return ALL.written(name);
  }

  /** The same model as the compiler rewrote it. */
  public static Example rewritten(String name) {
    return ALL.rewritten(name);
  }

  /** What the compiler made of all models. */
  public static Compilation compilation() {
    return ALL.compilation();
  }

  /** What the compiler makes of what it made. */
  static Compilation again() {
    return ALL.again();
  }

  private static List<SourceFile> sources() {
    try {
      Path directory = Path.of(Models.class.getResource("/models").toURI());
      try (Stream<Path> files = Files.list(directory)) {
        return files
            .filter(file -> file.toString().endsWith(".java"))
            .sorted()
            .map(Models::read)
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SourceFile read(Path file) {
    try {
      return new SourceFile(Path.of("models").resolve(file.getFileName()), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
