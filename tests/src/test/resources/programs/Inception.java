import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.*;
import ai.djl.nn.core.*;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.*;
import java.util.stream.*;

/**
 * Parallel branches, lambdas of every kind, values changed in place, a chain folded by a stream.
 */
public class Inception {
  static NDList scale(NDList in) {
    return new NDList(in.singletonOrThrow().mul(0.5f));
  }

  static Block inception(int f) {
    ParallelBlock p =
        new ParallelBlock(
            lists ->
                new NDList(
                    NDArrays.concat(
                        new NDList(lists.stream().map(NDList::head).collect(Collectors.toList())),
                        1)));
    p.add(conv(f, 1, 0));
    p.add(new SequentialBlock().add(conv(f, 1, 0)).add(conv(f, 3, 1)));
    p.add(new SequentialBlock().add(conv(f, 1, 0)).add(conv(f, 5, 2)));
    p.add(
        new SequentialBlock()
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(1, 1), new Shape(1, 1)))
            .add(conv(f, 1, 0)));
    return p;
  }

  static Block conv(int f, int k, int pad) {
    return new SequentialBlock()
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(k, k))
                .optPadding(new Shape(pad, pad))
                .setFilters(f)
                .build())
        .addSingleton(Activation::relu);
  }

  static class Tower extends AbstractBlock {
    private final List<Block> layers;

    Tower(int n) {
      layers =
          IntStream.range(0, n)
              .mapToObj(i -> (Block) Linear.builder().setUnits(12).build())
              .collect(Collectors.toList());
      for (int i = 0; i < n; i++) addChildBlock("layer_" + i, layers.get(i));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.head();
      for (Iterator<Block> it = layers.iterator(); it.hasNext(); ) {
        NDArray y = it.next().forward(ps, new NDList(x), training).head();
        y.addi(0.1f);
        y.muli(0.9f);
        x = y.tanh();
        x = x.add(y).muli(1.1f);
      }
      NDArray start = x;
      return layers.stream()
          .limit(2)
          .reduce(new NDList(start), (acc, b) -> b.forward(ps, acc, training), (a, b) -> b);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), 12)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      Shape[] c = s;
      for (Block b : layers) {
        b.initialize(m, d, c);
        c = b.getOutputShapes(c);
      }
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(23);
    try (Model model = Model.newInstance("inception");
        NDManager m = NDManager.newBaseManager()) {
      LambdaBlock named = new LambdaBlock(Inception::scale, "scale");
      SequentialBlock net = new SequentialBlock();
      net.add(conv(4, 3, 1))
          .add(inception(3))
          .add(LambdaBlock.singleton(a -> a.add(Activation.sigmoid(a))))
          .add(inception(2))
          .add(named)
          .add(Pool.globalAvgPool2dBlock())
          .add(Blocks.identityBlock())
          .add(LambdaBlock.singleton(a -> a.reshape(a.getShape().get(0), -1)))
          .addAll(Linear.builder().setUnits(12).build(), Activation.softPlusBlock(), new Tower(3))
          .add(
              in -> {
                NDArray a = in.get(0);
                return new NDList(a.sub(a.mean(new int[] {1}, true)));
              })
          .add(Linear.builder().setUnits(3).build());
      model.setBlock(net);
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(1, 1, 8, 8));
        NDArray x = m.randomNormal(new Shape(13, 1, 8, 8)),
            y = m.randomInteger(0, 3, new Shape(13), DataType.INT64);
        for (int i = 0; i < 4; i++) {
          try (GradientCollector g = t.newGradientCollector()) {
            NDList labels = new NDList(y);
            NDList preds = t.forward(new NDList(x), labels);
            NDArray loss = t.getLoss().evaluate(labels, preds);
            g.backward(loss);
            System.out.println(i + " " + loss.getFloat());
          }
          t.step();
        }
        System.out.println(t.evaluate(new NDList(x.get("5:6"))).head().getFloat(0, 2));
      }
    }
  }
}
