import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.listener.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.*;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.*;
import java.util.function.*;

/** Perceiver: a few learned vectors read a long input, again and again with the same weights. */
public class Perceiver {

  /** Queries from one value, keys and values from another; returns result and weights. */
  static class MultiHead extends AbstractBlock {
    private final Linear toQ, toKv, toOut;
    private final int heads, headSize;

    MultiHead(int heads, int headSize, int out) {
      this.heads = heads;
      this.headSize = headSize;
      int inner = heads * headSize;
      toQ = addChildBlock("to_q", Linear.builder().setUnits(inner).optBias(false).build());
      toKv = addChildBlock("to_kv", Linear.builder().setUnits(inner * 2).optBias(false).build());
      toOut = addChildBlock("to_out", Linear.builder().setUnits(out).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.get(0);
      NDArray context = inputs.size() == 2 ? inputs.get(1) : x;
      NDArray q = toQ.forward(ps, new NDList(x), training).singletonOrThrow();
      NDArray kv = toKv.forward(ps, new NDList(context), training).singletonOrThrow();
      int inner = heads * headSize;
      NDArray k = kv.get("..., :{}", inner);
      NDArray v = kv.get("..., {}:", inner);
      NDList qkv = new NDList();
      for (NDArray part : List.of(q, k, v)) {
        qkv.add(
            part.reshape(part.getShape().get(0), part.getShape().get(1), heads, headSize)
                .swapAxes(1, 2));
      }
      NDArray scores = qkv.get(0).matMul(qkv.get(1).swapAxes(2, 3)).mul(Math.pow(headSize, -0.5));
      NDArray weights = scores.softmax(3);
      NDArray y = weights.matMul(qkv.get(2)).swapAxes(1, 2);
      y = y.reshape(y.getShape().get(0), y.getShape().get(1), inner);
      return toOut.forward(ps, new NDList(y), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return toOut.getOutputShapes(new Shape[] {s[0]});
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      toQ.initialize(m, t, s[0]);
      toKv.initialize(m, t, s[s.length - 1]);
      toOut.initialize(m, t, toQ.getOutputShapes(new Shape[] {s[0]}));
    }
  }

  /** GEGLU: half of the features gate the other half. */
  static class FeedForward extends AbstractBlock {
    private final Linear in, out;

    FeedForward(int dim, int mult) {
      in = addChildBlock("in", Linear.builder().setUnits(2L * dim * mult).build());
      out = addChildBlock("out", Linear.builder().setUnits(dim).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList halves = in.forward(ps, inputs, training).singletonOrThrow().split(2, 2);
      NDArray gated = halves.get(0).mul(Activation.gelu(halves.get(1)));
      return out.forward(ps, new NDList(gated), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      in.initialize(m, t, s);
      Shape wide = in.getOutputShapes(s)[0];
      out.initialize(m, t, new Shape(wide.get(0), wide.get(1), wide.get(2) / 2));
    }
  }

  /** Normalises, applies, adds. */
  static class PreNorm extends AbstractBlock {
    private final Block fn;
    private final LayerNorm norm, normContext;

    PreNorm(Block fn, boolean context) {
      this.fn = addChildBlock("fn", fn);
      norm = addChildBlock("norm", LayerNorm.builder().build());
      normContext = context ? addChildBlock("norm_context", LayerNorm.builder().build()) : null;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDList args = norm.forward(ps, new NDList(x), training);
      if (normContext != null) {
        args.add(normContext.forward(ps, new NDList(inputs.get(1)), training).head());
      }
      return new NDList(fn.forward(ps, args, training).head().add(x));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      fn.initialize(m, t, s);
      norm.initialize(m, t, s[0]);
      if (normContext != null) {
        normContext.initialize(m, t, s[1]);
      }
    }
  }

  static class Net extends AbstractBlock {
    private final Parameter latents;
    private final PreNorm cross, crossFeed;
    private final Supplier<List<Block>> again;
    private final Linear head;
    private final int times, n, dim;

    Net(int n, int dim, int times, int classes) {
      this.times = times;
      this.n = n;
      this.dim = dim;
      latents =
          addParameter(
              Parameter.builder()
                  .setName("latents")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(n, dim))
                  .build());
      cross = addChildBlock("cross", new PreNorm(new MultiHead(2, 8, dim), true));
      crossFeed = addChildBlock("cross_feed", new PreNorm(new FeedForward(dim, 2), false));
      List<Block> self = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        self.add(addChildBlock("self" + i, new PreNorm(new MultiHead(4, 4, dim), false)));
        self.add(addChildBlock("feed" + i, new PreNorm(new FeedForward(dim, 2), false)));
      }
      again = () -> self;
      head = addChildBlock("head", Linear.builder().setUnits(classes).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray data = inputs.singletonOrThrow();
      NDArray x =
          ps.getValue(latents, data.getDevice(), training)
              .expandDims(0)
              .repeat(0, data.getShape().get(0));
      for (int i = 0; i < times; i++) {
        x = cross.forward(ps, new NDList(x, data), training).head();
        x = crossFeed.forward(ps, new NDList(x), training).head();
        NDList state = new NDList(x);
        for (Block b : again.get()) {
          state = b.forward(ps, state, training);
        }
        x = state.head();
      }
      return head.forward(ps, new NDList(x.mean(new int[] {1})), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), 3)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      Shape inner = new Shape(s[0].get(0), n, dim);
      cross.initialize(m, t, inner, s[0]);
      crossFeed.initialize(m, t, inner);
      again.get().forEach(b -> b.initialize(m, t, inner));
      head.initialize(m, t, new Shape(s[0].get(0), dim));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(37);
    try (Model model = Model.newInstance("perceiver");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Net(4, 16, 2, 3));
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(manager.randomNormal(new Shape(10, 9, 5)))
              .optLabels(manager.randomInteger(0, 3, new Shape(10), DataType.INT64))
              .setSampling(5, false)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addTrainingListeners(
                  new TrainingListenerAdapter() {
                    @Override
                    public void onTrainingBatch(Trainer trainer, TrainingListener.BatchData batch) {
                      batch
                          .getPredictions()
                          .values()
                          .forEach(
                              l -> System.out.printf("%.5f%n", l.head().abs().mean().getFloat()));
                    }
                  })
              .optOptimizer(
                  Optimizer.adam()
                      .optLearningRateTracker(
                          LinearTracker.builder().setBaseValue(0.01f).optSlope(-0.001f).build())
                      .build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(5, 9, 5));
        EasyTrain.fit(trainer, 2, data, null);
      }
    }
  }
}
