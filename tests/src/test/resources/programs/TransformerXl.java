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

/** Transformer-XL: each segment also attends to what the one before it left in memory. */
public class TransformerXl {

  static class RelativeAttention extends AbstractBlock {
    final int heads, size;
    final Linear q, kv, r, o;
    final Parameter u, v;

    RelativeAttention(int width, int heads) {
      this.heads = heads;
      this.size = width / heads;
      q = addChildBlock("q", Linear.builder().setUnits(width).optBias(false).build());
      kv = addChildBlock("kv", Linear.builder().setUnits(2 * width).optBias(false).build());
      r = addChildBlock("r", Linear.builder().setUnits(width).optBias(false).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).optBias(false).build());
      u =
          addParameter(
              Parameter.builder()
                  .setName("u")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(heads, size))
                  .build());
      v =
          addParameter(
              Parameter.builder()
                  .setName("v")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(heads, size))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray h = in.get(0), memory = in.get(1), places = in.get(2);
      long b = h.getShape().get(0), t = h.getShape().get(1);
      NDArray seen = memory.concat(h, 1);
      long s = seen.getShape().get(1);
      NDArray qs = q.forward(ps, new NDList(h), training).head().reshape(b, t, heads, size);
      NDList both = kv.forward(ps, new NDList(seen), training).head().split(2, 2);
      NDArray ks = both.get(0).reshape(b, s, heads, size).transpose(0, 2, 3, 1);
      NDArray vs = both.get(1).reshape(b, s, heads, size).transpose(0, 2, 1, 3);
      NDArray rs =
          r.forward(ps, new NDList(places), training)
              .head()
              .reshape(s, heads, size)
              .transpose(1, 2, 0);
      NDArray content =
          qs.add(ps.getValue(u, h.getDevice(), training)).transpose(0, 2, 1, 3).matMul(ks);
      NDArray place =
          qs.add(ps.getValue(v, h.getDevice(), training))
              .transpose(0, 2, 1, 3)
              .matMul(rs.expandDims(0));
      NDArray scores = content.add(shift(place)).mul(1f / (float) Math.sqrt(size));
      NDArray row = h.getManager().arange(0f, t).add(s - t).expandDims(1);
      NDArray column = h.getManager().arange(0f, s).expandDims(0);
      scores =
          NDArrays.where(
              column.lte(row).reshape(1, 1, t, s).broadcast(scores.getShape()),
              scores,
              scores.zerosLike().sub(1e9f));
      NDArray y = scores.softmax(-1).matMul(vs).transpose(0, 2, 1, 3).reshape(b, t, heads * size);
      return o.forward(ps, new NDList(y), training);
    }

    /** (b, n, t, s): each row one step further. */
    private static NDArray shift(NDArray x) {
      Shape s = x.getShape();
      NDArray zero = x.getManager().zeros(new Shape(s.get(0), s.get(1), s.get(2), 1));
      NDArray padded = zero.concat(x, 3).reshape(s.get(0), s.get(1), s.get(3) + 1, s.get(2));
      return padded.get(":, :, 1:, :").reshape(s);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      q.initialize(m, t, s[0]);
      kv.initialize(m, t, s[0]);
      r.initialize(m, t, s[0]);
      o.initialize(m, t, s[0]);
    }
  }

  static class XlModel extends AbstractBlock {
    final int words, width;
    final Parameter table;
    final RelativeAttention[] attention;
    final LayerNorm[] norms;
    final Linear[] up, down;

    XlModel(int words, int width, int heads, int depth) {
      this.words = words;
      this.width = width;
      table =
          addParameter(
              Parameter.builder()
                  .setName("table")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(words, width))
                  .build());
      attention = new RelativeAttention[depth];
      norms = new LayerNorm[2 * depth];
      up = new Linear[depth];
      down = new Linear[depth];
      for (int i = 0; i < depth; ++i) {
        attention[i] = addChildBlock("attention", new RelativeAttention(width, heads));
        norms[2 * i] = addChildBlock("norm", LayerNorm.builder().build());
        up[i] = addChildBlock("up", Linear.builder().setUnits(2 * width).build());
        down[i] = addChildBlock("down", Linear.builder().setUnits(width).build());
        norms[2 * i + 1] = addChildBlock("norm", LayerNorm.builder().build());
      }
    }

    /** Ids and one memory for each layer in; scores and the new memories out. */
    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray ids = in.head();
      NDArray weights = ps.getValue(table, ids.getDevice(), training);
      NDArray h = weights.get(ids);
      long t = ids.getShape().get(1);
      long s = t + in.get(1).getShape().get(1);
      NDArray places = sinusoids(ids.getManager(), s);
      NDList result = new NDList();
      for (int i = 0; i < attention.length; i++) {
        NDArray memory = in.get(i + 1).stopGradient();
        result.add(h.stopGradient());
        NDArray a =
            attention[i].forward(ps, new NDList(h, memory, places), training).singletonOrThrow();
        h = norms[2 * i].forward(ps, new NDList(h.add(a)), training).singletonOrThrow();
        NDArray f = Activation.relu(up[i].forward(ps, new NDList(h), training).singletonOrThrow());
        f = down[i].forward(ps, new NDList(f), training).singletonOrThrow();
        h = norms[2 * i + 1].forward(ps, new NDList(h.add(f)), training).singletonOrThrow();
      }
      result.add(0, h.matMul(weights.transpose()));
      return result;
    }

    private NDArray sinusoids(NDManager m, long s) {
      NDArray at = m.arange(0f, s).flip(0).expandDims(1);
      NDArray rate =
          m.arange(0f, width / 2f).mul(-2f / width * (float) Math.log(1e4)).exp().expandDims(0);
      NDArray angle = at.mul(rate);
      return NDArrays.concat(new NDList(angle.sin(), angle.cos()), 1);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      Shape[] out = new Shape[s.length];
      Arrays.fill(out, s[0].add(width));
      out[0] = s[0].add(words);
      return out;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      Shape inner = s[0].add(width);
      for (int i = 0; i < attention.length; i++) {
        attention[i].initialize(m, t, inner);
        norms[2 * i].initialize(m, t, inner);
        up[i].initialize(m, t, inner);
        down[i].initialize(m, t, s[0].add(2L * width));
        norms[2 * i + 1].initialize(m, t, inner);
      }
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(29);
    int depth = 2, width = 16, b = 4, t = 6;
    try (Model model = Model.newInstance("xl");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new XlModel(20, width, 4, depth));
      Loss loss = Loss.softmaxCrossEntropyLoss("flat", 1, -1, true, true);
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(loss)
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape memory = new Shape(b, t, width);
        trainer.initialize(new Shape(b, t), memory, memory);
        NDArray text = manager.randomInteger(0, 20, new Shape(b, 3L * t + 1), DataType.INT64);
        NDArray[] memories = {manager.zeros(memory), manager.zeros(memory)};
        for (int segment = 0; segment < 3; segment++) {
          NDArray x = text.get(":, {}:{}", segment * t, (segment + 1) * t);
          NDArray y = text.get(":, {}:{}", segment * t + 1, (segment + 1) * t + 1);
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList in = new NDList(x);
            in.addAll(new NDList(memories));
            NDList out = trainer.forward(in);
            NDArray l =
                loss.evaluate(new NDList(y.flatten()), new NDList(out.head().reshape(-1, 20)));
            collector.backward(l);
            for (int i = 0; i < depth; i++) {
              memories[i] = out.get(i + 1).duplicate();
              memories[i].attach(manager);
            }
            System.out.printf("segment %d: %.5f%n", segment, l.getFloat());
          }
          trainer.step();
        }
        System.out.printf("%.4f%n", memories[1].abs().mean().getFloat());
      }
    }
  }
}
