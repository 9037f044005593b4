import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
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

/**
 * A decoder with one projection for queries, keys and values, and a causal mask made in the forward
 * pass.
 */
public class TinyGpt {
  static class CausalSelfAttention extends AbstractBlock {
    private final int heads;
    private final long dim;
    private final Linear qkv, proj;

    CausalSelfAttention(long dim, int heads) {
      this.dim = dim;
      this.heads = heads;
      qkv = addChildBlock("qkv", Linear.builder().setUnits(3 * dim).build());
      proj = addChildBlock("proj", Linear.builder().setUnits(dim).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.get(0);
      long b = x.getShape().get(0), t = x.getShape().get(1);
      long hd = dim / heads;
      NDArray fused = qkv.forward(ps, new NDList(x), training).singletonOrThrow();
      NDList parts = fused.split(3, 2);
      NDArray q = parts.get(0).reshape(b, t, heads, hd).transpose(0, 2, 1, 3);
      NDArray k = parts.get(1).reshape(b, t, heads, hd).transpose(0, 2, 1, 3);
      NDArray v = parts.get(2).reshape(b, t, heads, hd).transpose(0, 2, 1, 3);
      NDArray att = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(hd));
      NDManager m = x.getManager();
      NDArray i = m.arange((int) t).reshape(t, 1), j = m.arange((int) t).reshape(1, t);
      NDArray mask = j.gt(i).toType(DataType.FLOAT32, false).mul(-1e9f);
      att = att.add(mask).softmax(-1);
      NDArray y = att.matMul(v).transpose(0, 2, 1, 3).reshape(b, t, dim);
      return proj.forward(ps, new NDList(y), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      qkv.initialize(m, d, s);
      proj.initialize(m, d, s);
    }
  }

  static class GptBlock extends AbstractBlock {
    private final LayerNorm ln1, ln2;
    private final CausalSelfAttention attn;
    private final Linear up, down;

    GptBlock(long dim, int heads) {
      ln1 = addChildBlock("ln1", LayerNorm.builder().axis(2).build());
      attn = addChildBlock("attn", new CausalSelfAttention(dim, heads));
      ln2 = addChildBlock("ln2", LayerNorm.builder().axis(2).build());
      up = addChildBlock("up", Linear.builder().setUnits(4 * dim).build());
      down = addChildBlock("down", Linear.builder().setUnits(dim).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      x = x.add(attn.forward(ps, ln1.forward(ps, new NDList(x), training), training).head());
      NDArray h = up.forward(ps, ln2.forward(ps, new NDList(x), training), training).head();
      h = Activation.gelu(h);
      return new NDList(x.add(down.forward(ps, new NDList(h), training).head()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      ln1.initialize(m, d, s);
      attn.initialize(m, d, s);
      ln2.initialize(m, d, s);
      up.initialize(m, d, s);
      down.initialize(m, d, up.getOutputShapes(s));
    }
  }

  static class Gpt extends AbstractBlock {
    private final Block tok;
    private final List<GptBlock> blocks = new ArrayList<>();
    private final LayerNorm ln;
    private final Linear head;
    private final Parameter pos;
    private final long dim;

    Gpt(int vocab, long dim, int heads, int layers, int ctx) {
      this.dim = dim;
      tok =
          addChildBlock(
              "tok",
              TrainableWordEmbedding.builder()
                  .setEmbeddingSize((int) dim)
                  .setVocabulary(new DefaultVocabulary(words(vocab)))
                  .optUseDefault(false)
                  .build());
      pos =
          addParameter(
              Parameter.builder()
                  .setName("pos")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(1, ctx, dim))
                  .build());
      for (int i = 0; i < layers; i++)
        blocks.add(addChildBlock("block" + i, new GptBlock(dim, heads)));
      ln = addChildBlock("ln", LayerNorm.builder().axis(2).build());
      head = addChildBlock("head", Linear.builder().setUnits(vocab).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = tok.forward(ps, inputs, training).head();
      x = x.add(ps.getValue(pos, x.getDevice(), training));
      NDList cur = new NDList(x);
      for (GptBlock b : blocks) cur = b.forward(ps, cur, training);
      return head.forward(ps, ln.forward(ps, cur, training), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return head.getOutputShapes(new Shape[] {new Shape(s[0].get(0), s[0].get(1), dim)});
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      tok.initialize(m, d, s);
      Shape e = new Shape(s[0].get(0), s[0].get(1), dim);
      for (Block b : blocks) b.initialize(m, d, e);
      ln.initialize(m, d, e);
      head.initialize(m, d, e);
    }
  }

  static List<String> words(int n) {
    List<String> w = new ArrayList<>();
    for (int i = 0; i < n; i++) w.add("w" + i);
    return w;
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(11);
    int vocab = 17, ctx = 9, heads = 4;
    try (Model model = Model.newInstance("gpt");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Gpt(vocab, 24, heads, 3, ctx));
      TrainingConfig c =
          new DefaultTrainingConfig(new SoftmaxCrossEntropyLoss("lm", 1, -1, true, true))
              .optOptimizer(
                  Optimizer.adamW().optLearningRateTracker(Tracker.fixed(0.003f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(1, ctx));
        for (int i = 0; i < 5; i++) {
          NDArray ids = m.randomInteger(0, vocab, new Shape(8, ctx + 1), DataType.INT64);
          NDList x = new NDList(ids.get(":, :-1")), y = new NDList(ids.get(":, 1:"));
          try (GradientCollector g = t.newGradientCollector()) {
            NDList p = t.forward(x);
            NDArray loss =
                t.getLoss()
                    .evaluate(
                        new NDList(y.head().reshape(-1)), new NDList(p.head().reshape(-1, vocab)));
            g.backward(loss);
            System.out.println("loss " + loss.getFloat());
          }
          t.step();
        }
        NDArray logits =
            t.evaluate(new NDList(m.arange(ctx).reshape(1, ctx).toType(DataType.INT64, false)))
                .head();
        System.out.println(
            logits.get(0, ctx - 1).argMax().getLong() + " " + logits.get(0, ctx - 1, 3).getFloat());
      }
    }
  }
}
