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

/** Attention and feed-forward side by side, as in GPT-J and PaLM. */
public class GptJ {

  static final class Block extends AbstractBlock {
    private final LayerNorm norm;
    private final Linear q, k, v, o, up, down;
    private final int heads, width;

    Block(int width, int heads) {
      this.width = width;
      this.heads = heads;
      norm = addChildBlock("norm", LayerNorm.builder().build());
      q = addChildBlock("q", Linear.builder().setUnits(width).optBias(false).build());
      k = addChildBlock("k", Linear.builder().setUnits(width).optBias(false).build());
      v = addChildBlock("v", Linear.builder().setUnits(width).optBias(false).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).optBias(false).build());
      up = addChildBlock("up", Linear.builder().setUnits(4 * width).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDList normed = norm.forward(ps, inputs, training);
      NDArray attended = attend(ps, normed, training);
      NDArray fed =
          down.forward(ps, Activation.gelu(up.forward(ps, normed, training)), training).head();
      return new NDList(x.add(attended).add(fed));
    }

    private NDArray attend(ParameterStore ps, NDList x, boolean training) {
      NDArray q1 = split(q.forward(ps, x, training).head());
      NDArray k1 = split(k.forward(ps, x, training).head());
      NDArray v1 = split(v.forward(ps, x, training).head());
      NDArray w = q1.matMul(k1.transpose(0, 1, 3, 2)).mul(1 / Math.sqrt(width / heads)).softmax(-1);
      NDArray y = w.matMul(v1).transpose(0, 2, 1, 3);
      long[] s = x.head().getShape().getShape();
      return o.forward(ps, new NDList(y.reshape(s[0], s[1], width)), training).head();
    }

    private NDArray split(NDArray x) {
      Shape s = x.getShape();
      return x.reshape(s.get(0), s.get(1), heads, width / heads).transpose(0, 2, 1, 3);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      for (ai.djl.nn.Block b : List.of(norm, q, k, v, o, up)) {
        b.initialize(manager, type, s);
      }
      down.initialize(manager, type, up.getOutputShapes(s));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(3);
    try (Model model = Model.newInstance("m");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(
          new SequentialBlock()
              .add(new Block(16, 4))
              .add(new Block(16, 4))
              .add(Linear.builder().setUnits(5).build()));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape shape = new Shape(4, 6, 16);
        trainer.initialize(shape);
        NDArray x = manager.randomNormal(shape);
        NDArray y = manager.randomNormal(new Shape(4, 6, 5));
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
