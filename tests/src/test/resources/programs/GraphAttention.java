import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nodes look at their neighbours; who is a neighbour comes in as a matrix beside the features. */
public class GraphAttention {

  /** One head: additive scores, of the node that looks and of the one that is looked at. */
  static class Head extends AbstractBlock {
    private final Linear features;
    private final Linear from;
    private final Linear to;

    Head(int width) {
      features = addChildBlock("features", Linear.builder().setUnits(width).optBias(false).build());
      from = addChildBlock("from", Linear.builder().setUnits(1).build());
      to = addChildBlock("to", Linear.builder().setUnits(1).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray edges = inputs.get(1);
      NDList h = features.forward(ps, new NDList(inputs.get(0)), training);
      NDArray a = from.forward(ps, h, training).head();
      NDArray b = to.forward(ps, h, training).head();
      NDArray scores = Activation.leakyRelu(a.add(b.transpose(0, 2, 1)), 0.2f);
      NDArray nowhere = scores.zerosLike().sub(1e9f);
      NDArray weights = NDArrays.where(edges.gt(0), scores, nowhere).softmax(2);
      return new NDList(weights.batchMatMul(h.head()));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      features.initialize(manager, type, shapes[0]);
      Shape[] inner = features.getOutputShapes(new Shape[] {shapes[0]});
      from.initialize(manager, type, inner);
      to.initialize(manager, type, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return features.getOutputShapes(new Shape[] {shapes[0]});
    }
  }

  static class Layer extends AbstractBlock {
    private final List<Head> heads;
    private final boolean last;

    Layer(int width, int count, boolean last) {
      this.last = last;
      heads =
          IntStream.range(0, count)
              .mapToObj(i -> addChildBlock("head_" + i, new Head(width)))
              .collect(Collectors.toList());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList results =
          heads.stream()
              .map(head -> head.forward(ps, inputs, training).singletonOrThrow())
              .collect(Collectors.toCollection(NDList::new));
      NDArray x =
          last
              ? NDArrays.stack(results, 0).mean(new int[] {0})
              : Activation.elu(NDArrays.concat(results, 2), 1f);
      return new NDList(x, inputs.get(1));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      heads.forEach(head -> head.initialize(manager, type, shapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      Shape one = heads.get(0).getOutputShapes(shapes)[0];
      long width = last ? one.get(2) : one.get(2) * heads.size();
      return new Shape[] {new Shape(one.get(0), one.get(1), width), shapes[1]};
    }
  }

  static class Net extends AbstractBlock {
    private final Block first = addChildBlock("first", new Layer(4, 3, false));
    private final Block drop = addChildBlock("drop", Dropout.builder().optRate(0f).build());
    private final Block second = addChildBlock("second", new Layer(3, 2, true));

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList hidden = first.forward(ps, inputs, training);
      NDArray dropped = drop.forward(ps, new NDList(hidden.get(0)), training).head();
      NDList result = second.forward(ps, new NDList(dropped, hidden.get(1)), training);
      return new NDList(result.get(0).mean(new int[] {1}));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      first.initialize(manager, type, shapes);
      Shape[] inner = first.getOutputShapes(shapes);
      drop.initialize(manager, type, inner[0]);
      second.initialize(manager, type, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 3)};
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(61);
    try (Model model = Model.newInstance("gat");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Net());
      NDArray nodes = manager.randomNormal(new Shape(6, 7, 5));
      NDArray edges = manager.randomUniform(0, 1, new Shape(6, 7, 7)).gt(0.6f);
      NDArray all = edges.toType(DataType.FLOAT32, false).add(manager.eye(7));
      NDArray labels = manager.create(new long[] {0, 1, 2, 0, 1, 2});
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(
                  Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(nodes.getShape(), all.getShape());
        for (int epoch = 1; epoch <= 4; epoch++) {
          NDList expected = new NDList(labels);
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = trainer.forward(new NDList(nodes, all), expected);
            NDArray loss = trainer.getLoss().evaluate(expected, predictions);
            collector.backward(loss);
            System.out.println(epoch + ": " + loss.getFloat());
          }
          trainer.step();
        }
        System.out.println(trainer.evaluate(new NDList(nodes, all)).head().sum().getFloat());
      }
    }
  }
}
