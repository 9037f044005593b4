package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** DJL's published sources, as far as models are made of them. */
public final class Library {

  private static final Pattern OF_MODELS =
      Pattern.compile(
          "ai/djl/(nn|basicmodelzoo|modality/nlp/embedding)/.*"
              + "|ai/djl/(util/(Pair|PairList|Preconditions)"
              + "|modality/nlp/(EncoderDecoder|Encoder|Decoder|Vocabulary|DefaultVocabulary)"
              + "|ndarray/types/\\w+|training/initializer/\\w+)\\.java");

  private Library() {}

  /**
   * What models are made of; jars and sources are read when they are needed.
   *
   * @param jars source jars; those that are not there are left out
   * @param classPath what they need to compile
   */
  public static LibrarySources of(List<Path> jars, List<Path> classPath) {
    return new LibrarySources(() -> sources(jars), classPath);
  }

  private static Map<String, SourceFile> sources(List<Path> jars) {
    Map<String, SourceFile> sources = new HashMap<>();
    try {
      for (Path jar : jars) {
        if (Files.exists(jar)) {
          for (SourceFile file : Overlay.sources(jar)) {
            String path = file.path().toString().replace('\\', '/');
            if (OF_MODELS.matcher(path).matches() && !path.endsWith("package-info.java")) {
              String name = path.substring(0, path.length() - ".java".length());
              sources.putIfAbsent(name.replace('/', '.'), file);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }
}
