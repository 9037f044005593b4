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

/** Heads one after the other, by windows and by pieces. */
public class HeadByHead {

  static final class ByWindows extends AbstractBlock {
    private final Linear q, k, v, o;
    private final int heads, size;

    ByWindows(int width, int heads) {
      this.heads = heads;
      this.size = width / heads;
      q = addChildBlock("q", Linear.builder().setUnits(width).build());
      k = addChildBlock("k", Linear.builder().setUnits(width).build());
      v = addChildBlock("v", Linear.builder().setUnits(width).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray queries = q.forward(ps, in, training).head();
      NDArray keys = k.forward(ps, in, training).head();
      NDArray values = v.forward(ps, in, training).head();
      NDList outs = new NDList();
      for (int h = 0; h < heads; h++) {
        int from = h * size;
        int to = from + size;
        NDArray qh = queries.get(":, :, {}:{}", from, to);
        NDArray kh = keys.get(":, :, {}:{}", from, to);
        NDArray vh = values.get(":, :, {}:{}", from, to);
        NDArray scores = qh.batchMatMul(kh.transpose(0, 2, 1)).div(Math.sqrt(size));
        outs.add(scores.softmax(2).batchMatMul(vh));
      }
      return o.forward(ps, new NDList(NDArrays.concat(outs, 2)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      getChildren().values().forEach(c -> c.initialize(manager, type, s));
    }
  }

  static final class ByPieces extends AbstractBlock {
    private final Linear q, k, v, o;
    private final int heads, size;

    ByPieces(int width, int heads) {
      this.heads = heads;
      this.size = width / heads;
      q = addChildBlock("q", Linear.builder().setUnits(width).build());
      k = addChildBlock("k", Linear.builder().setUnits(width).build());
      v = addChildBlock("v", Linear.builder().setUnits(width).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDList queries = q.forward(ps, in, training).head().split(heads, 2);
      NDList keys = k.forward(ps, in, training).head().split(heads, 2);
      NDList values = v.forward(ps, in, training).head().split(heads, 2);
      NDList outs = new NDList(heads);
      for (int i = 0; i < heads; i++) {
        NDArray scores = queries.get(i).matMul(keys.get(i).swapAxes(1, 2)).div(Math.sqrt(size));
        outs.add(scores.softmax(-1).matMul(values.get(i)));
      }
      return o.forward(ps, new NDList(NDArrays.concat(outs, -1)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      getChildren().values().forEach(c -> c.initialize(manager, type, s));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(5);
    try (Model model = Model.newInstance("m");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new SequentialBlock().add(new ByWindows(16, 4)).add(new ByPieces(16, 4)));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape shape = new Shape(4, 6, 16);
        trainer.initialize(shape);
        NDArray x = manager.randomNormal(shape);
        NDArray y = manager.randomNormal(new Shape(4, 6, 16));
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
