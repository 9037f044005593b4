import ai.djl.*;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.Linear;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/** An encoder-decoder in the manner of T5: relative bias, cross-attention, no biases, RMS norm. */
public class T5 {
  static final int WORDS = 24, WIDTH = 16, HEADS = 4, KV = 6, FF = 40, BUCKETS = 8;

  abstract static class Part extends AbstractBlock {
    protected Linear dense(String name, int units) {
      return addChildBlock(name, Linear.builder().setUnits(units).optBias(false).build());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] in) {
      return new Shape[] {in[0]};
    }
  }

  static class Norm extends Part {
    final Parameter scale =
        addParameter(
            Parameter.builder()
                .setName("scale")
                .setType(Parameter.Type.GAMMA)
                .optShape(new Shape(WIDTH))
                .build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.head();
      NDArray variance = x.pow(2).mean(new int[] {-1}, true);
      NDArray normed = x.mul(variance.add(1e-6f).pow(-0.5f));
      return new NDList(normed.mul(ps.getValue(scale, x.getDevice(), training)));
    }
  }

  static class Attention extends Part {
    final Linear q = dense("q", HEADS * KV),
        k = dense("k", HEADS * KV),
        v = dense("v", HEADS * KV),
        o = dense("o", WIDTH);

    /** x attends to memory; bias is added to the scores. */
    NDArray attend(ParameterStore ps, NDArray x, NDArray memory, NDArray bias, boolean training) {
      NDArray qs = shape(q.forward(ps, new NDList(x), training).singletonOrThrow());
      NDArray ks = shape(k.forward(ps, new NDList(memory), training).singletonOrThrow());
      NDArray vs = shape(v.forward(ps, new NDList(memory), training).singletonOrThrow());
      NDArray scores = qs.batchMatMul(ks.swapAxes(1, 2));
      if (bias != null) {
        long n = x.getShape().get(0);
        scores =
            scores
                .reshape(n, HEADS, x.getShape().get(1), memory.getShape().get(1))
                .add(bias)
                .reshape(-1, x.getShape().get(1), memory.getShape().get(1));
      }
      NDArray y = scores.softmax(-1).batchMatMul(vs);
      y =
          y.reshape(-1, HEADS, x.getShape().get(1), KV)
              .transpose(0, 2, 1, 3)
              .reshape(-1, x.getShape().get(1), HEADS * KV);
      return o.forward(ps, new NDList(y), training).singletonOrThrow();
    }

    private static NDArray shape(NDArray a) {
      long t = a.getShape().get(1);
      return a.reshape(-1, t, HEADS, KV).transpose(0, 2, 1, 3).reshape(-1, t, KV);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      return new NDList(
          attend(ps, in.get(0), in.get(1), in.size() > 2 ? in.get(2) : null, training));
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      q.initialize(m, t, s[0]);
      k.initialize(m, t, s[1]);
      v.initialize(m, t, s[1]);
      o.initialize(m, t, new Shape(s[0].get(0), s[0].get(1), HEADS * KV));
    }
  }

  static class FeedForward extends Part {
    final Linear gate = dense("wi_0", FF), in = dense("wi_1", FF), out = dense("wo", WIDTH);

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList x, boolean training, PairList<String, Object> p) {
      NDArray g = Activation.gelu(gate.forward(ps, x, training)).head();
      return out.forward(ps, new NDList(in.forward(ps, x, training).head().mul(g)), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      gate.initialize(m, t, s);
      in.initialize(m, t, s);
      out.initialize(m, t, in.getOutputShapes(s));
    }
  }

  static class Stack extends Part {
    final boolean causal;
    final Embeddings table = addChildBlock("relative", new Embeddings(BUCKETS, HEADS));
    final List<Attention> self = new ArrayList<>(), cross = new ArrayList<>();
    final List<FeedForward> feeds = new ArrayList<>();
    final List<Norm> norms = new ArrayList<>();
    final Norm last = addChildBlock("last", new Norm());

    Stack(boolean decoder, int depth) {
      causal = decoder;
      for (int i = 0; i < depth; i++) {
        self.add(addChildBlock("self" + i, new Attention()));
        norms.add(addChildBlock("norm" + i + "a", new Norm()));
        if (decoder) {
          cross.add(addChildBlock("cross" + i, new Attention()));
        }
        norms.add(addChildBlock("norm" + i + "b", new Norm()));
        feeds.add(addChildBlock("feed" + i, new FeedForward()));
        norms.add(addChildBlock("norm" + i + "c", new Norm()));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.get(0);
      NDArray bias = bias(ps, x, training);
      for (int i = 0; i < self.size(); i++) {
        NDArray h = norms.get(3 * i).forward(ps, new NDList(x), training).head();
        x = x.add(self.get(i).forward(ps, new NDList(h, h, bias), training).head());
        if (causal) {
          h = norms.get(3 * i + 1).forward(ps, new NDList(x), training).head();
          x = x.add(cross.get(i).forward(ps, new NDList(h, in.get(1)), training).head());
        }
        h = norms.get(3 * i + 2).forward(ps, new NDList(x), training).head();
        x = feeds.get(i).forward(ps, new NDList(h), training).head().add(x);
      }
      return last.forward(ps, new NDList(x), training);
    }

    private NDArray bias(ParameterStore ps, NDArray x, boolean training) {
      int t = (int) x.getShape().get(1);
      NDManager m = x.getManager();
      NDArray at = m.arange(0, t);
      NDArray apart = at.expandDims(1).sub(at.expandDims(0)).toType(DataType.FLOAT32, false);
      NDArray bucket = apart.abs().minimum(BUCKETS - 1f).toType(DataType.INT64, false);
      NDArray b =
          table.forward(ps, new NDList(bucket), training).head().transpose(2, 0, 1).expandDims(0);
      if (causal) {
        NDArray future = apart.lt(0).toType(DataType.FLOAT32, false).mul(-1e9f);
        b = b.add(future.reshape(1, 1, t, t));
      }
      return b;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      for (var child : getChildren()) {
        if (child.getValue() instanceof Embeddings) {
          child.getValue().initialize(m, t, new Shape(1, 1));
        } else if (child.getKey().contains("cross")) {
          child.getValue().initialize(m, t, s[0], s[1]);
        } else if (child.getKey().contains("self")) {
          child.getValue().initialize(m, t, s[0], s[0]);
        } else {
          child.getValue().initialize(m, t, s[0]);
        }
      }
    }
  }

  static class Embeddings extends Part {
    final int width;
    final Parameter weight;

    Embeddings(int n, int width) {
      this.width = width;
      weight =
          addParameter(
              Parameter.builder()
                  .setName("weight")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(n, width))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      return ai.djl.nn.core.Embedding.embedding(
          in.head(), ps.getValue(weight, in.head().getDevice(), training), SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] in) {
      return new Shape[] {in[0].add(width)};
    }
  }

  static class Model5 extends AbstractBlock {
    final Embeddings shared = addChildBlock("shared", new Embeddings(WORDS, WIDTH));
    final Stack encoder = addChildBlock("encoder", new Stack(false, 2));
    final Stack decoder = addChildBlock("decoder", new Stack(true, 2));
    final Linear head =
        addChildBlock("head", Linear.builder().setUnits(WORDS).optBias(false).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDList source = shared.forward(ps, new NDList(in.get(0)), training);
      NDArray memory = encoder.forward(ps, source, training).singletonOrThrow();
      NDArray y = shared.forward(ps, new NDList(in.get(1)), training).get(0);
      y = decoder.forward(ps, new NDList(y, memory), training).get(0);
      return head.forward(ps, new NDList(y.mul((float) Math.pow(WIDTH, -0.5))), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] in) {
      return new Shape[] {in[1].add(WORDS)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      shared.initialize(m, t, s[0]);
      encoder.initialize(m, t, s[0].add(WIDTH));
      decoder.initialize(m, t, s[1].add(WIDTH), s[0].add(WIDTH));
      head.initialize(m, t, s[1].add(WIDTH));
    }
  }

  /** Cross-entropy over all tokens. */
  static class TokenLoss extends Loss {
    TokenLoss() {
      super("tokens");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      NDArray scores = predictions.head();
      long words = scores.getShape().get(2);
      NDArray logp = scores.reshape(-1, words).logSoftmax(1);
      return logp.gather(labels.head().reshape(-1, 1), 1).neg().mean();
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(3);
    try (Model model = Model.newInstance("t5");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Model5());
      NDArray source = manager.randomInteger(1, WORDS, new Shape(8, 7), DataType.INT64);
      NDArray target = source.flip(1).get(new NDIndex(":, :5"));
      NDArray start = manager.zeros(new Shape(8, 1), DataType.INT64);
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(source, start.concat(target.get(":, :-1"), 1))
              .optLabels(target)
              .setSampling(4, false)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new TokenLoss())
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(4, 7), new Shape(4, 5));
        EasyTrain.fit(trainer, 2, data, null);
        System.out.printf("%.5f%n", trainer.getTrainingResult().getTrainLoss());
      }
    }
  }
}
