package dev.geminijava.tests.evaluate;

import dev.geminijava.passes.evaluate.Coverage;
import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.evaluate.Library;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Programs read against DJL's own sources, which a build has where it made the overlay. */
final class Reading {

  private static final List<Path> CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();
  private static final Path SOURCES = Path.of("../gemini-runtime/target/djl-sources");
  private static final LibraryCode LIBRARY =
      Library.of(
          List.of(SOURCES.resolve("api-sources.jar"), SOURCES.resolve("model-zoo-sources.jar")),
          CLASS_PATH);

  private Reading() {}

  /** The models that a source makes, with what other sources of the program define. */
  static List<ModelGraph> models(List<Extents> inputs, SourceFile... files) {
    return Evaluation.of(code(files), LIBRARY, RuleTable.load()).models(inputs);
  }

  /** How much of a source is understood. */
  static Coverage coverage(SourceFile file) {
    return Coverage.of(code(file), LIBRARY, RuleTable.load());
  }

  private static ProgramCode code(SourceFile... files) {
    return Lift.lift(Program.of(List.of(files), CLASS_PATH));
  }
}
