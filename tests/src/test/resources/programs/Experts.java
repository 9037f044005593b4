import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.index.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.*;
import ai.djl.nn.pooling.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.initializer.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.*;

/** Experts that all are asked, and mixed by a gate. */
public class Experts {

  static final class Expert extends AbstractBlock {
    private final Linear up, gate, down;

    Expert(int width, int hidden) {
      up = addChildBlock("up", Linear.builder().setUnits(hidden).build());
      gate = addChildBlock("gate", Linear.builder().setUnits(hidden).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray h =
          Activation.swish(gate.forward(ps, in, training).head(), 1f)
              .mul(up.forward(ps, in, training).head());
      return down.forward(ps, new NDList(h), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      up.initialize(manager, type, s);
      gate.initialize(manager, type, s);
      down.initialize(manager, type, up.getOutputShapes(s));
    }
  }

  static final class Mixture extends AbstractBlock {
    private final List<Linear> up = new ArrayList<>();
    private final List<Linear> down = new ArrayList<>();
    private final Linear router;
    private final Expert shared;
    private final int experts;

    Mixture(int width, int hidden, int experts) {
      this.experts = experts;
      router = addChildBlock("router", Linear.builder().setUnits(experts).build());
      shared = addChildBlock("shared", new Expert(width, hidden));
      for (int i = 0; i < experts; i++) {
        up.add(addChildBlock("up" + i, Linear.builder().setUnits(hidden).build()));
        down.add(addChildBlock("down" + i, Linear.builder().setUnits(width).build()));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head();
      NDArray weights = router.forward(ps, in, training).head().softmax(-1);
      NDArray sum = shared.forward(ps, in, training).head();
      for (int i = 0; i < experts; i++) {
        NDArray h = Activation.gelu(up.get(i).forward(ps, in, training).head());
        NDArray y = down.get(i).forward(ps, new NDList(h), training).head();
        sum = sum.add(y.mul(weights.get("..., {}:{}", i, i + 1)));
      }
      return new NDList(x.add(sum));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      router.initialize(manager, type, s);
      shared.initialize(manager, type, s);
      for (int i = 0; i < experts; i++) {
        up.get(i).initialize(manager, type, s);
        down.get(i).initialize(manager, type, up.get(i).getOutputShapes(s));
      }
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(8);
    try (Model model = Model.newInstance("m");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new SequentialBlock().add(new Mixture(8, 16, 3)).add(new Mixture(8, 16, 4)));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape shape = new Shape(4, 5, 8);
        trainer.initialize(shape);
        NDArray x = manager.randomNormal(shape);
        NDArray y = manager.randomNormal(new Shape(4, 5, 8));
        for (int step = 0; step < 4; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss =
                trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x)));
            collector.backward(loss);
            System.out.printf("%.5f%n", loss.getFloat());
          }
          trainer.step();
        }
      }
    }
  }
}
