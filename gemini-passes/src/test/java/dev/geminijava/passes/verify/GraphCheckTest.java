package dev.geminijava.passes.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model that computes something else than the one it was made of is found. */
class GraphCheckTest {

  private static final String MADE =
      """
      import ai.djl.*;
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;
      import dev.geminijava.runtime.train.GeminiModel;

      class Main {
        public static void main(String[] args) {
          Model model = GeminiModel.of(Model.newInstance("flat"));
          model.setBlock(new Flat());
        }

        static class Flat extends AbstractBlock {
          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
            return new NDList(in.head().reshape(-1, 8));
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
      }
      """;

  private static Tally checked(String text, String original) {
    Sources sources =
        Sources.of(
            List.of(new SourceFile(Path.of("Main.java"), text)),
            Rewriting.classPath(),
            new HashMap<>());
    Program program =
        Program.of(List.of(new SourceFile(Path.of("Main.java"), original)), Rewriting.classPath());
    Tally tally = new Tally();
    new GraphCheck(
            new Sources(sources.program(), sources.inserted(), program, Lift.lift(program)),
            LibraryCode.NONE,
            RuleTable.load(),
            tally)
        .run();
    return tally;
  }

  @Test
  void theSameModelIsTheSame() {
    Tally tally =
        checked(
            MADE,
            MADE.replace(
                "GeminiModel.of(Model.newInstance(\"flat\"))", "Model.newInstance(\"flat\")"));
    assertEquals(List.of(), tally.findings());
    assertTrue(tally.checked(Property.SHAPES) > 0);
  }

  @Test
  void otherFeaturesAreFound() {
    Tally tally = checked(MADE, MADE.replace("reshape(-1, 8)", "reshape(-1, 9)"));
    assertEquals(1, tally.findings().size());
    assertEquals(Property.SHAPES, tally.findings().get(0).property());
    assertTrue(tally.findings().get(0).diagnostic().message().contains("8"));
  }
}
