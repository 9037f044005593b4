import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** Attention between two sets of other sizes, with learned vectors as one of them. */
public class SetTransformer {

  /** Queries of one set look at another set. */
  static class CrossAttention extends AbstractBlock {
    private final int n;
    private final Linear q, kv, o, ff;
    private final LayerNorm n1, n2;

    CrossAttention(int width, int n) {
      this.n = n;
      q = addChildBlock("q", Linear.builder().setUnits(width).build());
      kv = addChildBlock("kv", Linear.builder().setUnits(width * 2L).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).build());
      ff = addChildBlock("ff", Linear.builder().setUnits(width).build());
      n1 = addChildBlock("n1", LayerNorm.builder().axis(2).build());
      n2 = addChildBlock("n2", LayerNorm.builder().axis(2).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.get(0), y = in.get(1);
      NDArray queries = heads(q.forward(ps, new NDList(x), training).head());
      NDList both = kv.forward(ps, new NDList(y), training).head().split(2, 2);
      NDArray keys = heads(both.get(0)), values = heads(both.get(1));
      NDArray a = queries.matMul(keys.transpose(0, 1, 3, 2)).softmax(3).matMul(values);
      a = a.transpose(0, 2, 1, 3);
      a = a.reshape(a.getShape().get(0), a.getShape().get(1), -1);
      NDArray h = x.add(o.forward(ps, new NDList(a), training).head());
      h = n1.forward(ps, new NDList(h), training).head();
      NDArray f = Activation.relu(ff.forward(ps, new NDList(h), training).head());
      return n2.forward(ps, new NDList(h.add(f)), training);
    }

    private NDArray heads(NDArray a) {
      return a.reshape(a.getShape().get(0), a.getShape().get(1), n, a.getShape().get(2) / n)
          .transpose(0, 2, 1, 3);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      q.initialize(m, d, s[0]);
      kv.initialize(m, d, s[1]);
      for (Block b : new Block[] {o, ff, n1, n2}) b.initialize(m, d, s[0]);
    }
  }

  /** Many look at few, few look at many. */
  static class Induced extends AbstractBlock {
    final Parameter points;
    final int count, width;
    final CrossAttention in, out;

    Induced(int width, int heads, int count) {
      this.count = count;
      this.width = width;
      points =
          addParameter(
              Parameter.builder()
                  .setName("points")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(1, count, width))
                  .build());
      in = addChildBlock("in", new CrossAttention(width, heads));
      out = addChildBlock("out", new CrossAttention(width, heads));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> p) {
      NDArray x = inputs.head();
      NDArray few =
          ps.getValue(points, x.getDevice(), training)
              .broadcast(new Shape(x.getShape().get(0), count, width));
      NDList h = in.forward(ps, new NDList(few, x), training);
      return out.forward(ps, new NDList(x, h.head()), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      Shape few = new Shape(s[0].get(0), count, width);
      in.initialize(m, d, few, s[0]);
      out.initialize(m, d, s[0], few);
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(67);
    int width = 12;
    Block net =
        new SequentialBlock()
            .add(Linear.builder().setUnits(width).build())
            .add(new Induced(width, 4, 3))
            .add(new Induced(width, 2, 2))
            .addSingleton(x -> x.max(new int[] {1}))
            .add(Linear.builder().setUnits(1).build())
            .addSingleton(x -> x.squeeze(-1));
    try (Model model = Model.newInstance("sets");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(net);
      NDArray x = m.randomUniform(-1, 1, new Shape(9, 6, 2));
      NDArray y = x.max(new int[] {1}).sum(new int[] {1});
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(
                  Optimizer.adam().optLearningRateTracker(Tracker.fixed(3e-3f)).build());
      Trainer trainer = model.newTrainer(config);
      trainer.initialize(x.getShape());
      for (int i = 0; i < 4; i++) {
        NDManager scope = trainer.getManager().newSubManager();
        NDList batch = new NDList(x.duplicate());
        batch.attach(scope);
        try (GradientCollector g = trainer.newGradientCollector()) {
          NDArray l = trainer.getLoss().evaluate(new NDList(y), trainer.forward(batch));
          g.backward(l);
          System.out.println("loss " + l.getFloat());
        }
        trainer.step();
        scope.close();
      }
      trainer.close();
    }
  }
}
