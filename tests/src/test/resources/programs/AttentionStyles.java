import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** Attention with heads as an axis of their own, and with heads folded into the batch. */
public class AttentionStyles {
  static class HeadsAsAxis extends AbstractBlock {
    private final int heads;
    private final int width;
    private final Linear query, key, value, out;

    HeadsAsAxis(int width, int heads) {
      this.width = width;
      this.heads = heads;
      query = addChildBlock("query", Linear.builder().setUnits(width).build());
      key = addChildBlock("key", Linear.builder().setUnits(width).build());
      value = addChildBlock("value", Linear.builder().setUnits(width).build());
      out = addChildBlock("out", Linear.builder().setUnits(width).build());
    }

    private NDArray split(NDArray x) {
      Shape s = x.getShape();
      return x.reshape(s.get(0), s.get(1), heads, width / heads).transpose(0, 2, 1, 3);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.singletonOrThrow();
      NDArray q = split(query.forward(ps, new NDList(x), training).singletonOrThrow());
      NDArray k = split(key.forward(ps, new NDList(x), training).singletonOrThrow());
      NDArray v = split(value.forward(ps, new NDList(x), training).singletonOrThrow());
      NDArray scores =
          q.matMul(k.transpose(0, 1, 3, 2)).div((float) Math.sqrt(width / (float) heads));
      int t = (int) x.getShape().get(1);
      try (NDManager sub = x.getManager().newSubManager()) {
        NDArray r = sub.arange((float) t);
        NDArray m =
            r.reshape(1, t)
                .gt(r.reshape(t, 1))
                .toType(DataType.FLOAT32, false)
                .mul(-1e4f)
                .reshape(1, 1, t, t);
        scores = scores.add(m);
      }
      NDArray weights = scores.softmax(-1);
      NDArray context =
          weights
              .matMul(v)
              .transpose(0, 2, 1, 3)
              .reshape(x.getShape().get(0), x.getShape().get(1), width);
      return out.forward(ps, new NDList(context), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      for (String n : children.keys()) children.get(n).initialize(m, d, s);
    }
  }

  static class HeadsInBatch extends AbstractBlock {
    private final long n, h, e;
    private final Block q, k, v, o;

    HeadsInBatch(long e, long n) {
      this.e = e;
      this.n = n;
      this.h = e / n;
      q = addChildBlock("q", Linear.builder().setUnits(n * h).optBias(false).build());
      k = addChildBlock("k", Linear.builder().setUnits(n * h).optBias(false).build());
      v = addChildBlock("v", Linear.builder().setUnits(n * h).optBias(false).build());
      o = addChildBlock("o", Linear.builder().setUnits(e).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      long b = in.head().getShape().get(0), t = in.head().getShape().get(1);
      NDArray qs =
          q.forward(ps, in, training)
              .head()
              .reshape(b, t, n, h)
              .swapAxes(1, 2)
              .reshape(b * n, t, h);
      NDArray ks =
          k.forward(ps, in, training)
              .head()
              .reshape(b, t, n, h)
              .swapAxes(1, 2)
              .reshape(b * n, t, h);
      NDArray vs =
          v.forward(ps, in, training)
              .head()
              .reshape(b, t, n, h)
              .swapAxes(1, 2)
              .reshape(b * n, t, h);
      NDArray a = qs.batchMatMul(ks.swapAxes(1, 2)).mul(1f / (float) Math.sqrt(h)).softmax(2);
      NDArray c = a.batchMatMul(vs).reshape(b, n, t, h).swapAxes(1, 2).reshape(b, t, n * h);
      return o.forward(ps, new NDList(c), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      q.initialize(m, d, s);
      k.initialize(m, d, s);
      v.initialize(m, d, s);
      o.initialize(m, d, s);
    }
  }

  static class Layer extends AbstractBlock {
    private final Block att, f1, f2, n1;

    Layer(Block att, long e) {
      this.att = addChildBlock("att", att);
      f1 = addChildBlock("f1", Linear.builder().setUnits(2 * e + 2).build());
      f2 = addChildBlock("f2", Linear.builder().setUnits(e).build());
      n1 = addChildBlock("n1", LayerNorm.builder().axis(2).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.head();
      NDArray y =
          n1.forward(ps, new NDList(x.add(att.forward(ps, in, training).head())), training).head();
      NDArray z =
          f2.forward(
                  ps,
                  new NDList(Activation.mish(f1.forward(ps, new NDList(y), training).head())),
                  training)
              .head();
      return new NDList(y.add(z));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      att.initialize(m, d, s);
      n1.initialize(m, d, s);
      f1.initialize(m, d, s);
      f2.initialize(m, d, f1.getOutputShapes(s));
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(83);
    int heads = 6;
    try (Model model = Model.newInstance("heads");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(
          new SequentialBlock()
              .add(Linear.builder().setUnits(24).build())
              .add(new Layer(new HeadsAsAxis(24, heads), 24))
              .add(new Layer(new HeadsInBatch(24, heads), 24))
              .add(l -> new NDList(l.head().mean(new int[] {1})))
              .add(Linear.builder().setUnits(3).build()));
      try (Trainer t =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                  .optOptimizer(
                      Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.05f)).build()))) {
        t.initialize(new Shape(6, 5, 4));
        NDArray x = m.randomNormal(new Shape(6, 5, 4)),
            y = m.randomInteger(0, 3, new Shape(6), DataType.INT64);
        for (int i = 0; i < 4; i++) {
          NDList labels = new NDList(y);
          try (GradientCollector g = t.newGradientCollector()) {
            NDList preds = t.forward(new NDList(x), labels);
            NDArray l = t.getLoss().evaluate(labels, preds);
            g.backward(l);
            System.out.println(l.getFloat());
          }
          t.step();
        }
        for (var p : model.getBlock().getParameters())
          System.out.println(p.getKey() + " " + p.getValue().getArray().abs().sum().getFloat());
      }
    }
  }
}
