package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/** DJL's published sources, as far as models are made of them. */
public final class Library {

  private static final Pattern OF_MODELS =
      Pattern.compile(
          "ai/djl/(nn|basicmodelzoo|modality/nlp/embedding)/.*"
              + "|ai/djl/(util/(Pair|PairList|Preconditions)"
              + "|modality/nlp/(EncoderDecoder|Encoder|Decoder)"
              + "|ndarray/types/\\w+|training/initializer/\\w+)\\.java");

  /** No library. */
  public static final ProgramCode NONE = code(List.of(), (type, supertype) -> false);

  private Library() {}

  private static ProgramCode code(
      List<dev.geminijava.passes.model.ClassCode> classes, BiPredicate<String, String> subtypes) {
    return new ProgramCode(classes, List.of(), subtypes);
  }

  /**
   * Reads what models are made of.
   *
   * @param jars source jars; those that are not there are left out
   * @param classPath what they need to compile
   * @throws IOException if a jar cannot be read
   */
  public static ProgramCode read(List<Path> jars, List<Path> classPath) throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (Path jar : jars) {
      if (Files.exists(jar)) {
        for (SourceFile file : Overlay.sources(jar)) {
          String path = file.path().toString().replace('\\', '/');
          if (OF_MODELS.matcher(path).matches() && !path.endsWith("package-info.java")) {
            sources.add(file);
          }
        }
      }
    }
    return sources.isEmpty() ? NONE : Lift.lift(Program.of(sources, classPath));
  }
}
