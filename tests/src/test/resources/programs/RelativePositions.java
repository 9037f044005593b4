import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.stream.LongStream;

/** A bias for each distance and head, from one table that all layers share. */
public class RelativePositions {

  /** What my blocks have in common. */
  abstract static class Module extends AbstractBlock {
    static Linear dense(long units) {
      return Linear.builder().setUnits(units).build();
    }

    static NDArray run(ParameterStore ps, Block block, NDArray x, boolean training) {
      return block.forward(ps, new NDList(x), training).singletonOrThrow();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block block : getChildren().values()) {
        block.initialize(manager, type, shapes[0]);
      }
    }
  }

  static class Attention extends Module {
    final int heads;
    final Linear q, k, v, o;

    Attention(int heads, int width) {
      this.heads = heads;
      q = addChildBlock("q", dense(width));
      k = addChildBlock("k", dense(width));
      v = addChildBlock("v", dense(width));
      o = addChildBlock("o", dense(width));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.get(0), bias = in.get(1);
      NDArray scores =
          heads(run(ps, q, x, training))
              .matMul(heads(run(ps, k, x, training)).transpose(0, 1, 3, 2))
              .add(bias);
      NDArray y = scores.softmax(-1).matMul(heads(run(ps, v, x, training)));
      return new NDList(run(ps, o, y.transpose(0, 2, 1, 3).reshape(x.getShape()), training));
    }

    NDArray heads(NDArray x) {
      long[] s = x.getShape().getShape();
      return x.reshape(s[0], s[1], heads, s[2] / heads).transpose(0, 2, 1, 3);
    }
  }

  static class Layer extends Module {
    final Attention attention;
    final LayerNorm n1 = addChildBlock("n1", LayerNorm.builder().axis(2).build());
    final LayerNorm n2 = addChildBlock("n2", LayerNorm.builder().axis(2).build());
    final FeedForward ff;

    Layer(int heads, int width) {
      attention = addChildBlock("attention", new Attention(heads, width));
      ff = addChildBlock("ff", new FeedForward(width));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.get(0);
      NDArray a = run(ps, n1, x, training);
      x = x.add(attention.forward(ps, new NDList(a, in.get(1)), training).head());
      return new NDList(x.add(run(ps, ff, run(ps, n2, x, training), training)), in.get(1));
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType type, Shape... shapes) {
      attention.initialize(m, type, shapes);
      for (Block block : new Block[] {n1, n2, ff}) {
        block.initialize(m, type, shapes[0]);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  static class FeedForward extends Module {
    final Linear wide, narrow;
    final long inner;

    FeedForward(long width) {
      inner = width * 3 / 2;
      wide = addChildBlock("wide", dense(inner));
      narrow = addChildBlock("narrow", dense(width));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      return narrow.forward(ps, new NDList(Activation.relu(run(ps, wide, in.head(), training))), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType type, Shape... s) {
      wide.initialize(m, type, s);
      narrow.initialize(m, type, new Shape(s[0].get(0), s[0].get(1), inner));
    }
  }

  static class Encoder extends Module {
    final int heads, reach;
    final Parameter biases;
    final Block[] layers;
    final Linear out;

    Encoder(int width, int heads, int depth, int reach, int classes) {
      this.heads = heads;
      this.reach = reach;
      biases =
          addParameter(
              Parameter.builder()
                  .setName("biases")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(2L * reach + 1, heads))
                  .build());
      layers = new Block[depth];
      for (int i = 0; i < depth; i++) {
        layers[i] = addChildBlock("layer" + i, new Layer(heads, width));
      }
      out = addChildBlock("out", dense(classes));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.singletonOrThrow();
      int t = (int) x.getShape().get(1);
      long[] distances =
          LongStream.range(0, (long) t * t)
              .map(i -> Math.max(-reach, Math.min(reach, i % t - i / t)) + reach)
              .toArray();
      NDArray index = x.getManager().create(distances);
      NDArray table = ps.getValue(biases, x.getDevice(), training);
      NDArray bias =
          table.get(new NDIndex("{}", index)).reshape(t, t, heads).transpose(2, 0, 1).expandDims(0);
      // One row for each sample, so that the bias travels with the batch.
      NDList current = new NDList(x, bias.repeat(0, x.getShape().get(0)));
      for (Block layer : layers) {
        current = layer.forward(ps, current, training);
      }
      return out.forward(ps, new NDList(current.get(0).mean(new int[] {1})), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType type, Shape... s) {
      Shape bias = new Shape(s[0].get(0), heads, s[0].get(1), s[0].get(1));
      for (Block layer : layers) {
        layer.initialize(m, type, s[0], bias);
      }
      out.initialize(m, type, new Shape(s[0].get(0), s[0].get(2)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return out.getOutputShapes(new Shape[] {new Shape(s[0].get(0), s[0].get(2))});
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(101);
    try (Model model = Model.newInstance("relative");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Encoder(12, 4, 3, 2, 3));
      NDArray x = manager.randomNormal(new Shape(8, 5, 12));
      NDArray y = manager.arange(8).mod(3).toType(DataType.INT64, false);
      try (Trainer trainer =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                  .optOptimizer(
                      Optimizer.sgd()
                          .setLearningRateTracker(Tracker.fixed(0.05f))
                          .build()))) {
        trainer.initialize(x.getShape());
        for (int i = 0; i < 4; i++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss =
                trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x)));
            collector.backward(loss);
            System.out.println("loss " + loss.getFloat());
          }
          trainer.step();
        }
        for (var p : model.getBlock().getParameters())
          if (p.getKey().contains("biases"))
            System.out.println(p.getKey() + " " + p.getValue().getArray().square().sum().getFloat());
      }
    }
  }
}
