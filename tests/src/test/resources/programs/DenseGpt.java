import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.*;
import java.util.stream.*;

/** A GPT whose projections are a Dense block of the author's own around Linear. */
public class DenseGpt {

  /** Linear with an optional activation, as one writes it to be used everywhere. */
  static final class Dense extends AbstractBlock {
    private final Linear linear;
    private final boolean gelu;

    Dense(int units, boolean gelu) {
      this.gelu = gelu;
      linear = addChildBlock("linear", Linear.builder().setUnits(units).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray y = linear.forward(ps, inputs, training).singletonOrThrow();
      if (gelu) {
        y = Activation.gelu(y);
      }
      return new NDList(y);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return linear.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      linear.initialize(m, t, s);
    }
  }

  static class SelfAttention extends AbstractBlock {
    private final int heads, width;
    private final Dense query, key, value, out;

    SelfAttention(int width, int heads) {
      this.width = width;
      this.heads = heads;
      query = addChildBlock("query", new Dense(width, false));
      key = addChildBlock("key", new Dense(width, false));
      value = addChildBlock("value", new Dense(width, false));
      out = addChildBlock("out", new Dense(width, false));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.get(0);
      NDArray mask = inputs.get(1);
      long b = x.getShape().get(0), t = x.getShape().get(1);
      NDArray q = split(query.forward(ps, new NDList(x), training).head(), b, t);
      NDArray k = split(key.forward(ps, new NDList(x), training).head(), b, t);
      NDArray v = split(value.forward(ps, new NDList(x), training).head(), b, t);
      NDArray w = q.matMul(k.transpose(0, 1, 3, 2)).mul(1.0 / Math.sqrt(width / heads));
      w = w.add(mask).softmax(-1);
      NDArray y = w.matMul(v).transpose(0, 2, 1, 3).reshape(b, t, width);
      return out.forward(ps, new NDList(y), training);
    }

    private NDArray split(NDArray x, long b, long t) {
      return x.reshape(b, t, heads, width / heads).transpose(0, 2, 1, 3);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      for (Block b : List.of(query, key, value, out)) {
        b.initialize(m, t, s[0]);
      }
    }
  }

  static class Layer extends AbstractBlock {
    private final LayerNorm before, after;
    private final SelfAttention attention;
    private final Dense up, down;

    Layer(int width, int heads) {
      before = addChildBlock("before", LayerNorm.builder().build());
      attention = addChildBlock("attention", new SelfAttention(width, heads));
      after = addChildBlock("after", LayerNorm.builder().build());
      up = addChildBlock("up", new Dense(4 * width, true));
      down = addChildBlock("down", new Dense(width, false));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.get(0);
      NDArray normed = before.forward(ps, new NDList(x), training).head();
      x = x.add(attention.forward(ps, new NDList(normed, inputs.get(1)), training).head());
      NDList h = after.forward(ps, new NDList(x), training);
      h = down.forward(ps, up.forward(ps, h, training), training);
      return new NDList(x.add(h.head()), inputs.get(1));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      before.initialize(m, t, s[0]);
      attention.initialize(m, t, s);
      after.initialize(m, t, s[0]);
      up.initialize(m, t, s[0]);
      down.initialize(m, t, up.getOutputShapes(new Shape[] {s[0]}));
    }
  }

  static class Gpt extends AbstractBlock {
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Embedding<Integer> words;
    private final Parameter places;
    private final LayerNorm last;
    private final Dense head;
    private final int width, vocabulary;

    Gpt(int vocabulary, int length, int width, int heads, int depth) {
      this.width = width;
      this.vocabulary = vocabulary;
      words = addChildBlock("words", new Words(vocabulary, width));
      places =
          addParameter(
              Parameter.builder()
                  .setName("places")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(1, length, width))
                  .build());
      IntStream.range(0, depth)
          .forEach(i -> layers.put("h" + i, addChildBlock("h" + i, new Layer(width, heads))));
      last = addChildBlock("last", LayerNorm.builder().build());
      head = addChildBlock("head", new Dense(vocabulary, false));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.singletonOrThrow();
      NDArray x = words.forward(ps, new NDList(ids), training).head();
      long t = ids.getShape().get(1);
      NDArray p = ps.getValue(places, ids.getDevice(), training);
      x = x.add(p.get(":, :{}", t));
      NDArray i = ids.getManager().arange(0, (int) t);
      NDArray mask = i.reshape(t, 1).lt(i.reshape(1, t)).toType(DataType.FLOAT32, false).mul(-1e9f);
      NDList state = new NDList(x, mask.expandDims(0).expandDims(0));
      for (Map.Entry<String, Layer> e : layers.entrySet()) {
        state = e.getValue().forward(ps, state, training);
      }
      NDList y = last.forward(ps, new NDList(state.get(0)), training);
      return head.forward(ps, y, training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0].add(vocabulary)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      words.initialize(m, t, s[0]);
      Shape inner = s[0].add(width);
      long n = s[0].get(1);
      layers.values().forEach(l -> l.initialize(m, t, inner, new Shape(1, 1, n, n)));
      last.initialize(m, t, inner);
      head.initialize(m, t, inner);
    }
  }

  static class Words extends Embedding<Integer> {
    Words(int n, int width) {
      super(new EmbeddingBuilder(n, width));
    }

    static class EmbeddingBuilder extends BaseBuilder<Integer, EmbeddingBuilder> {
      EmbeddingBuilder(int n, int width) {
        numEmbeddings = n;
        embeddingSize = width;
      }

      @Override
      public EmbeddingBuilder setType(Class<Integer> type) {
        return this;
      }

      @Override
      protected EmbeddingBuilder self() {
        return this;
      }
    }

    @Override
    public boolean hasItem(Integer item) {
      return true;
    }

    @Override
    public byte[] encode(Integer i) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Integer decode(byte[] bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long embed(Integer item) {
      return item;
    }

    @Override
    public java.util.Optional<Integer> unembed(long index) {
      return Optional.of((int) index);
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
    Engine.getInstance().setRandomSeed(7);
    try (Model model = Model.newInstance("gpt");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Gpt(32, 12, 16, 4, 3));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new TokenLoss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(4, 10));
        NDArray text = manager.randomInteger(0, 32, new Shape(4, 11), DataType.INT64);
        NDArray in = text.get(":, :-1"), out = text.get(":, 1:");
        for (int step = 0; step < 4; step++) {
          try (GradientCollector gc = trainer.newGradientCollector()) {
            NDArray loss =
                trainer.getLoss().evaluate(new NDList(out), trainer.forward(new NDList(in)));
            gc.backward(loss);
            System.out.printf("step %d loss %.5f%n", step, loss.getFloat());
          }
          trainer.step();
        }
        System.out.printf(
            "%.5f%n", trainer.evaluate(new NDList(in)).head().abs().mean().getFloat());
      }
    }
  }
}
