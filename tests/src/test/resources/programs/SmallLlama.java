import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.listener.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.*;

/** Rotary positions, shared keys and values, gated feed-forward, norm by root mean square. */
public class SmallLlama {

  record Config(int vocabulary, int width, int heads, int groups, int hidden, int depth) {
    int headSize() {
      return width / heads;
    }
  }

  static class RmsNorm extends AbstractBlock {
    private final Parameter weight;

    RmsNorm(int width) {
      weight =
          addParameter(
              Parameter.builder()
                  .setName("weight")
                  .setType(Parameter.Type.GAMMA)
                  .optShape(new Shape(width))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDArray scale = x.square().mean(new int[] {-1}, true).add(1e-5f).sqrt();
      return new NDList(x.div(scale).mul(ps.getValue(weight, x.getDevice(), training)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  static class Attention extends AbstractBlock {
    private final Config config;
    private final Linear wq, wk, wv, wo;

    Attention(Config c) {
      config = c;
      wq = linear("wq", c.heads() * c.headSize());
      wk = linear("wk", c.groups() * c.headSize());
      wv = linear("wv", c.groups() * c.headSize());
      wo = linear("wo", c.width());
    }

    private Linear linear(String name, int units) {
      return addChildBlock(name, Linear.builder().setUnits(units).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long b = x.getShape().get(0), t = x.getShape().get(1);
      int h = config.headSize(), n = config.heads(), g = config.groups();
      NDArray q = rotate(wq.forward(ps, inputs, training).head().reshape(b, t, n, h), h);
      NDArray k = rotate(wk.forward(ps, inputs, training).head().reshape(b, t, g, h), h);
      NDArray v = wv.forward(ps, inputs, training).head().reshape(b, t, g, h);
      q = q.transpose(0, 2, 1, 3);
      k = k.transpose(0, 2, 1, 3).repeat(1, n / g);
      v = v.transpose(0, 2, 1, 3).repeat(1, n / g);
      NDArray scores = q.matMul(k.swapAxes(-2, -1)).div((float) Math.sqrt(h));
      NDArray ones = x.getManager().ones(new Shape(t, t));
      NDArray allowed = ones.cumSum(0).gte(ones.cumSum(1));
      NDArray mask = allowed.toType(DataType.FLOAT32, false).sub(1).mul(1e9f);
      NDArray y = scores.add(mask).softmax(-1).matMul(v);
      y = y.transpose(0, 2, 1, 3).reshape(b, t, -1);
      return wo.forward(ps, new NDList(y), training);
    }

    private static NDArray rotate(NDArray x, int h) {
      NDManager manager = x.getManager();
      long t = x.getShape().get(1);
      NDArray place = manager.arange((float) t).reshape(1, t, 1, 1);
      NDArray speed = manager.arange((float) (h / 2)).mul(-2f / h * (float) Math.log(1e4)).exp();
      NDArray angle = place.mul(speed.reshape(1, 1, 1, h / 2));
      NDList halves = x.split(2, 3);
      NDArray a = halves.get(0), b = halves.get(1);
      NDArray cos = angle.cos(), sin = angle.sin();
      return NDArrays.concat(new NDList(a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))), 3);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      wq.initialize(manager, type, shapes);
      wk.initialize(manager, type, shapes);
      wv.initialize(manager, type, shapes);
      wo.initialize(manager, type, shapes);
    }
  }

  static class Swiglu extends AbstractBlock {
    private final Linear w1, w2, w3;

    Swiglu(Config c) {
      w1 = addChildBlock("w1", Linear.builder().setUnits(c.hidden()).optBias(false).build());
      w2 = addChildBlock("w2", Linear.builder().setUnits(c.width()).optBias(false).build());
      w3 = addChildBlock("w3", Linear.builder().setUnits(c.hidden()).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray gate = Activation.swish(w1.forward(ps, in, training).head(), 1f);
      return w2.forward(
          ps, new NDList(gate.mul(w3.forward(ps, in, training).head())), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      w1.initialize(manager, type, shapes);
      w3.initialize(manager, type, shapes);
      w2.initialize(manager, type, w1.getOutputShapes(shapes));
    }
  }

  static class Decoder extends AbstractBlock {
    private final Config config;
    private final Parameter table;
    private final List<Block[]> layers = new ArrayList<>();
    private final RmsNorm norm;

    Decoder(Config c) {
      config = c;
      table =
          addParameter(
              Parameter.builder()
                  .setName("table")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(c.vocabulary(), c.width()))
                  .build());
      for (int i = 0; i < c.depth(); i++) {
        layers.add(
            new Block[] {
              addChildBlock("norm1_" + i, new RmsNorm(c.width())),
              addChildBlock("attention_" + i, new Attention(c)),
              addChildBlock("norm2_" + i, new RmsNorm(c.width())),
              addChildBlock("feed_" + i, new Swiglu(c))
            });
      }
      norm = addChildBlock("norm", new RmsNorm(c.width()));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.head();
      NDArray weights = ps.getValue(table, ids.getDevice(), training);
      NDArray x = Embedding.embedding(ids, weights, SparseFormat.DENSE).head();
      for (Block[] l : layers) {
        x = x.add(l[1].forward(ps, l[0].forward(ps, new NDList(x), training), training).head());
        x = x.add(l[3].forward(ps, l[2].forward(ps, new NDList(x), training), training).head());
      }
      x = norm.forward(ps, new NDList(x), training).head();
      return new NDList(x.matMul(weights.transpose()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), s[0].get(1), config.vocabulary())};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      Shape inner = new Shape(s[0].get(0), s[0].get(1), config.width());
      getChildren().forEach(child -> child.getValue().initialize(manager, type, inner));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(19);
    Config c = new Config(19, 16, 4, 2, 24, 3);
    try (Model model = Model.newInstance("llama");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Decoder(c));
      NDArray text = manager.randomInteger(0, c.vocabulary(), new Shape(12, 7), DataType.INT64);
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(text.get(":, :-1"))
              .optLabels(text.get(":, 1:"))
              .setSampling(6, false)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new SoftmaxCrossEntropyLoss())
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(
                  Optimizer.adamW()
                      .optLearningRateTracker(
                          WarmUpTracker.builder()
                              .optWarmUpSteps(2)
                              .setMainTracker(
                                  CosineTracker.builder()
                                      .setBaseValue(0.01f)
                                      .optFinalValue(0.001f)
                                      .setMaxUpdates(6)
                                      .build())
                              .build())
                      .build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(6, 6));
        for (int epoch = 0; epoch < 3; epoch++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
          }
          trainer.notifyListeners(l -> l.onEpoch(trainer));
          System.out.println(trainer.getTrainingResult().getTrainLoss());
        }
        System.out.println(greedy(trainer, manager, 5));
      }
    }
  }

  private static List<Long> greedy(Trainer trainer, NDManager manager, int length) {
    List<Long> said = new ArrayList<>(List.of(1L, 2L));
    while (said.size() < length) {
      long[] ids = said.stream().mapToLong(Long::longValue).toArray();
      NDArray scores =
          trainer.evaluate(new NDList(manager.create(ids).expandDims(0))).singletonOrThrow();
      said.add(scores.get(0, said.size() - 1).argMax().getLong());
    }
    return said;
  }
}
