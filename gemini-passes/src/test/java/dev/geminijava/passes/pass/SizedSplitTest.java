package dev.geminijava.passes.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.evaluate.Library;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The sizes of a program's models decide, where a degree is asked for. */
class SizedSplitTest {

  /** Its layer's input features and rows stand only where the model is initialised. */
  private static final String SOURCE =
      """
      import ai.djl.Model;
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.core.*;
      import ai.djl.training.*;
      import ai.djl.training.loss.Loss;
      import ai.djl.util.PairList;

      public class Train {
        static class Net extends AbstractBlock {
          private final Block only =
              addChildBlock("only", Linear.builder().setUnits(1024).build());

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
            NDArray x = in.singletonOrThrow();
            return new NDList(only.forward(ps, new NDList(x), training).head().sort());
          }

          @Override
          protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            only.initialize(manager, type, shapes);
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return only.getOutputShapes(shapes);
          }
        }

        public static void main(String[] args) {
          try (Model model = Model.newInstance("net")) {
            model.setBlock(new Net());
            Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()));
            trainer.initialize(new Shape(ROWS, FEATURES));
          }
        }
      }
      """;

  @Test
  void manyRowsOfManyFeaturesAreWorthAGather() throws IOException {
    assertEquals("only gathered column by sizes", decided("4096", "4096", Target.ANY.memory()));
    assertEquals("only whole by sizes", decided("4", "16", Target.ANY.memory()));
  }

  @Test
  void shortMemoryIsWorthItToo() throws IOException {
    double whole = 4 * 4.0 * 17 * 1024;
    assertEquals("only gathered column by sizes", decided("4", "16", whole));
  }

  @Test
  void whatNobodyAskedForIsNotEvaluated() throws IOException {
    Compilation compilation = compilation("4096", "4096", Target.ANY);
    assertEquals("only whole by nothing", text(compilation));
  }

  private static String decided(String rows, String features, double memory) throws IOException {
    CostModel costs = new CostModel(Machine.VIRTUAL_CPU, 2);
    return text(compilation(rows, features, new Target(costs, memory, true)));
  }

  private static String text(Compilation compilation) {
    return compilation.splits().stream()
        .flatMap(c -> c.choices().stream())
        .map((LayerChoice c) -> c.layer() + " " + c.chosen() + " by " + c.basis())
        .collect(Collectors.joining(", "))
        .toLowerCase(java.util.Locale.ROOT);
  }

  private static Compilation compilation(String rows, String features, Target target)
      throws IOException {
    String source = SOURCE.replace("ROWS", rows).replace("FEATURES", features);
    Options options = Options.PROGRAM.meantFor(target, layers());
    return new Compiler(Rewriting.classPath(), options)
        .compile(List.of(new SourceFile(Path.of("Train.java"), source)));
  }

  private static LibrarySources layers() throws IOException {
    Path folder = Path.of("target", "djl-sources");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "api-*.jar")) {
      return Library.of(List.of(jars.iterator().next()), Rewriting.classPath());
    }
  }
}
