import ai.djl.*;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.function.Function;

/** Shifted windows: attention inside windows of patches, merged between the stages. */
public class Swin {

  static class WindowAttention extends AbstractBlock {
    final int dim, heads, window;
    final Linear qkv, proj;
    final Parameter bias;

    WindowAttention(int dim, int heads, int window) {
      this.dim = dim;
      this.heads = heads;
      this.window = window;
      qkv = addChildBlock("qkv", Linear.builder().setUnits(3L * dim).build());
      proj = addChildBlock("proj", Linear.builder().setUnits(dim).build());
      int n = window * window;
      bias =
          addParameter(
              Parameter.builder()
                  .setName("bias")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(heads, n, n))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head(); // (windows, n, dim)
      long n = x.getShape().get(1);
      NDArray all =
          qkv.forward(ps, new NDList(x), training)
              .head()
              .reshape(-1, n, 3, heads, dim / heads)
              .transpose(2, 0, 3, 1, 4);
      NDArray q = all.get(0).mul((float) (1 / Math.sqrt(dim / heads))),
          k = all.get(1),
          v = all.get(2);
      NDArray scores = q.matMul(k.transpose(0, 1, 3, 2));
      scores = scores.add(ps.getValue(bias, x.getDevice(), training).expandDims(0));
      if (in.size() > 1) {
        NDArray mask = in.get(1); // (windows of one picture, n, n)
        long w = mask.getShape().get(0);
        scores =
            scores
                .reshape(-1, w, heads, n, n)
                .add(mask.expandDims(1).expandDims(0))
                .reshape(-1, heads, n, n);
      }
      NDArray y = scores.softmax(3).matMul(v).transpose(0, 2, 1, 3).reshape(-1, n, dim);
      return proj.forward(ps, new NDList(y), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      qkv.initialize(m, t, s[0]);
      proj.initialize(m, t, s[0]);
    }
  }

  static class SwinBlock extends AbstractBlock {
    final int dim, side, window, shift;
    final LayerNorm norm1, norm2;
    final WindowAttention attn;
    final SequentialBlock mlp;

    SwinBlock(int dim, int heads, int side, int window, int shift) {
      this.dim = dim;
      this.side = side;
      this.window = window;
      this.shift = shift;
      norm1 = addChildBlock("norm1", LayerNorm.builder().axis(2).build());
      attn = addChildBlock("attn", new WindowAttention(dim, heads, window));
      norm2 = addChildBlock("norm2", LayerNorm.builder().axis(2).build());
      mlp =
          addChildBlock(
              "mlp",
              new SequentialBlock()
                  .add(Linear.builder().setUnits(2L * dim).build())
                  .add(Activation.geluBlock())
                  .add(Linear.builder().setUnits(dim).build()));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head(); // (B, side * side, dim)
      NDArray shortcut = x;
      x = norm1.forward(ps, in, training).head().reshape(-1, side, side, dim);
      NDArray windows = partition(roll(x, -shift));
      NDList args = new NDList(windows);
      if (shift > 0) {
        args.add(mask(x.getManager()));
      }
      NDArray y = attn.forward(ps, args, training).head();
      y = roll(reverse(y), shift).reshape(-1, side * side, dim);
      x = shortcut.add(y);
      NDList h = norm2.forward(ps, new NDList(x), training);
      return new NDList(x.add(mlp.forward(ps, h, training).head()));
    }

    NDArray partition(NDArray x) {
      int n = side / window;
      return x.reshape(-1, n, window, n, window, dim)
          .transpose(0, 1, 3, 2, 4, 5)
          .reshape(-1, window * window, dim);
    }

    NDArray reverse(NDArray x) {
      int n = side / window;
      return x.reshape(-1, n, n, window, window, dim)
          .transpose(0, 1, 3, 2, 4, 5)
          .reshape(-1, side, side, dim);
    }

    static NDArray roll(NDArray x, int by) {
      if (by == 0) {
        return x;
      }
      for (int axis = 1; axis <= 2; axis++) {
        long size = x.getShape().get(axis);
        NDList parts = x.split(new long[] {Math.floorMod(-by, size)}, axis);
        x = parts.get(1).concat(parts.get(0), axis);
      }
      return x;
    }

    private NDArray mask(NDManager manager) {
      float[] region = new float[side * side];
      for (int i = 0; i < side; i++) {
        for (int j = 0; j < side; j++) {
          region[i * side + j] = part(i) * 3 + part(j);
        }
      }
      int n = side / window;
      NDArray r =
          manager
              .create(region, new Shape(1, n, window, n, window))
              .transpose(0, 1, 3, 2, 4)
              .reshape(n * n, window * window);
      NDArray same = r.expandDims(1).eq(r.expandDims(2));
      return same.logicalNot().toType(DataType.FLOAT32, false).mul(-100f);
    }

    private int part(int i) {
      return i < side - window ? 0 : i < side - shift ? 1 : 2;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      norm1.initialize(m, t, s[0]);
      attn.initialize(m, t, new Shape(s[0].get(0), window * window, dim));
      norm2.initialize(m, t, s[0]);
      mlp.initialize(m, t, s[0]);
    }
  }

  /** Four neighbours become one patch of twice the width. */
  static class Merge extends AbstractBlock {
    final int side, dim;
    final Linear reduction;
    final LayerNorm norm;

    Merge(int side, int dim) {
      this.side = side;
      this.dim = dim;
      norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
      reduction =
          addChildBlock("reduction", Linear.builder().setUnits(2L * dim).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head().reshape(-1, side, side, dim);
      NDArray a = x.get(":, 0::2, 0::2, :"), b = x.get(":, 1::2, 0::2, :");
      NDArray c = x.get(":, 0::2, 1::2, :"), d = x.get(":, 1::2, 1::2, :");
      x = NDArrays.concat(new NDList(a, b, c, d), -1).reshape(-1, side * side / 4, 4 * dim);
      return reduction.forward(ps, norm.forward(ps, new NDList(x), training), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), side * side / 4, 2L * dim)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      Shape merged = new Shape(s[0].get(0), side * side / 4, 4L * dim);
      norm.initialize(m, t, merged);
      reduction.initialize(m, t, merged);
    }
  }

  static Block swin() {
    Function<NDList, NDList> patches =
        l -> {
          NDArray x = l.head(); // (B, C, H, W)
          long c = x.getShape().get(1);
          return new NDList(x.reshape(x.getShape().get(0), c, -1).transpose(0, 2, 1));
        };
    return new SequentialBlock()
        .add(
            Conv2d.builder()
                .setFilters(8)
                .setKernelShape(new Shape(2, 2))
                .optStride(new Shape(2, 2))
                .build())
        .add(patches)
        .add(new SwinBlock(8, 2, 8, 4, 0))
        .add(new SwinBlock(8, 2, 8, 4, 2))
        .add(new Merge(8, 8))
        .add(new SwinBlock(16, 4, 4, 2, 0))
        .add(new SwinBlock(16, 4, 4, 2, 1))
        .add(LayerNorm.builder().axis(2).build())
        .add(l -> new NDList(l.head().mean(new int[] {1})))
        .add(Linear.builder().setUnits(10).build());
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(11);
    try (Model model = Model.newInstance("swin");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(swin());
      NDArray pictures = manager.randomNormal(new Shape(12, 3, 16, 16));
      NDArray labels = manager.randomInteger(0, 10, new Shape(12), DataType.INT64);
      RandomAccessDataset data =
          new ArrayDataset.Builder()
              .setData(pictures)
              .optLabels(labels)
              .setSampling(6, false)
              .build();
      Tracker rate =
          MultiFactorTracker.builder()
              .setSteps(new int[] {2, 3})
              .optFactor(0.5f)
              .setBaseValue(0.05f)
              .build();
      TrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addEvaluator(new Accuracy())
              .optOptimizer(
                  Optimizer.sgd()
                      .setLearningRateTracker(rate)
                      .optMomentum(0.9f)
                      .optClipGrad(0.5f)
                      .build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(6, 3, 16, 16));
        for (int epoch = 0; epoch < 2; epoch++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
              NDList out = trainer.forward(batch.getData(), batch.getLabels());
              NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), out);
              collector.backward(loss);
              System.out.printf("%.5f ", loss.getFloat());
            }
            trainer.step();
            batch.close();
          }
          System.out.println();
        }
        NDArray scores = trainer.evaluate(new NDList(pictures)).singletonOrThrow();
        System.out.printf("%.5f%n", scores.softmax(1).max(new int[] {1}).mean().getFloat());
      }
    }
  }
}
