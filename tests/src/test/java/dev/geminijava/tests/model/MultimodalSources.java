package dev.geminijava.tests.model;

import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The multimodal transformer of the samples, as text: on the class path it would come before what
 * the compiler makes of it.
 */
public final class MultimodalSources {

  private static final Path MODEL =
      Path.of("..", "samples", "multimodal", "src", "main", "java", "gemini", "multimodal");
  private static final Path EXAMPLES = Path.of("src", "test", "resources", "multimodal");

  /** What needs a library that the model does not. */
  private static final Set<String> BESIDE =
      Set.of("MultimodalSentencePieceTokenizer.java", "Generator.java", "Part.java");

  private MultimodalSources() {}

  /** The model with some {@link Example}s of it, read from the folder of this module. */
  public static List<SourceFile> with(String... examples) throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".java") && !BESIDE.contains(name)) {
          sources.add(source(Path.of("gemini", "multimodal", name), file));
        }
      }
    }
    for (String example : examples) {
      String name = example + ".java";
      sources.add(source(Path.of("models", name), EXAMPLES.resolve(name)));
    }
    return sources;
  }

  private static SourceFile source(Path path, Path file) throws IOException {
    return new SourceFile(path, Files.readString(file));
  }
}
