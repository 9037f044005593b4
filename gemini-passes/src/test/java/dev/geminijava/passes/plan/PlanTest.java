package dev.geminijava.passes.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.pass.CutStages;
import dev.geminijava.passes.pass.PassPipeline;
import dev.geminijava.passes.pass.ReadModels;
import dev.geminijava.passes.pass.SplitLayers;
import dev.geminijava.passes.pass.Unit;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final String SOURCE =
      """
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.core.*;
      import ai.djl.nn.norm.*;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;

      class Feed extends AbstractBlock {
        private final Linear up = addChildBlock("up", Linear.builder().setUnits(64).build());
        private final Block act = new LambdaBlock(Activation::gelu);
        private final Linear down = addChildBlock("down", Linear.builder().setUnits(16).build());
        private final Linear head = addChildBlock("head", Linear.builder().setUnits(10).build());

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
          NDList h = act.forward(ps, up.forward(ps, in, training), training);
          return head.forward(ps, down.forward(ps, h, training), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return shapes;
        }
      }

      class Net extends SequentialBlock {
        private final Feed feed = new Feed();
      }
      """;

  private static Unit unit() {
    List<SourceFile> files = List.of(new SourceFile(Path.of("Feed.java"), SOURCE));
    PassPipeline.Run run =
        Rewriting.of(
                List.of(new CutStages(), new ReadModels(), new SplitLayers(RuleTable.load())),
                files)
            .holds()
            .run();
    return run.unit();
  }

  @Test
  void aPlanSaysWhatIsSplitWhatIsCutAndWhatIsNot() {
    Unit unit = unit();
    assertEquals(
        """
        Feed
          line 18: up split by output features
          line 19: down split by input features, partial sums added up
          line 19: head whole on every rank
          a training step would take each of 2 ranks (for 1,024 rows):
            down: column 52 µs · [row 139 µs] · gathered column 126 µs · whole 136 µs
            head: row 85 µs · gathered column 76 µs · [whole 47 µs]
          4 places where a stage may end:
            line 18: after up
            line 18: after act
            line 19: after down
            line 19: after head
          note: line 19: head stays whole: its result goes out of forwardInternal and no layer there takes it split
        """,
        Plan.of(unit.fact(SplitLayers.DECISIONS).classes(), unit.edits()).explain());
  }
}
