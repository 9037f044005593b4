import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.evaluator.*;
import ai.djl.training.listener.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.*;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.*;

/** Who will like what: ids are embedded, towers make vectors, their product is the answer. */
public class TwoTowers {

  static class Ids extends AbstractEmbeddingByIndex {
    Ids(int count, int width) {
      super(count, width);
    }
  }

  /** A table and its lookup; what the subclasses share. */
  abstract static class AbstractEmbeddingByIndex extends AbstractBlock {
    private final Parameter rows;
    private final int width;

    AbstractEmbeddingByIndex(int count, int width) {
      this.width = width;
      rows =
          addParameter(
              Parameter.builder()
                  .setName("rows")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(count, width))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.head();
      NDArray table = ps.getValue(rows, ids.getDevice(), training);
      return Embedding.embedding(ids, table, SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0].add(width)};
    }
  }

  static Block tower(int count, int width, int... layers) {
    SequentialBlock tower = new SequentialBlock().add(new Ids(count, width));
    for (int i = 0; i < layers.length; i++) {
      tower.add(Linear.builder().setUnits(layers[i]).build());
      if (i < layers.length - 1) {
        tower.add(Activation.seluBlock());
      }
    }
    return tower;
  }

  static class Recommender extends AbstractBlock {
    private final Map<String, Block> towers = new LinkedHashMap<>();
    private final Linear context;
    private final Parameter temperature;

    Recommender() {
      towers.put("users", addChildBlock("users", tower(14, 6, 12, 8)));
      towers.put("items", addChildBlock("items", tower(9, 5, 10, 8)));
      context = addChildBlock("context", Linear.builder().setUnits(8).build());
      temperature =
          addParameter(
              Parameter.builder()
                  .setName("temperature")
                  .setType(Parameter.Type.OTHER)
                  .optShape(new Shape(1))
                  .optInitializer(ai.djl.training.initializer.Initializer.ONES)
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray product = null;
      int i = 0;
      for (Map.Entry<String, Block> tower : towers.entrySet()) {
        NDList ids = new NDList(inputs.get(i++));
        NDArray vector = tower.getValue().forward(ps, ids, training).singletonOrThrow();
        product = product == null ? vector : product.mul(vector);
      }
      NDArray extra = context.forward(ps, new NDList(inputs.get(2)), training).head();
      NDArray t = ps.getValue(temperature, product.getDevice(), training);
      return new NDList(product.add(extra).sum(new int[] {1}).mul(t));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0))};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      int i = 0;
      for (Block tower : towers.values()) {
        tower.initialize(manager, type, shapes[i++]);
      }
      context.initialize(manager, type, shapes[2]);
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(23);
    try (Model model = Model.newInstance("towers");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Recommender());
      int n = 30;
      NDArray users = manager.randomInteger(0, 14, new Shape(n), DataType.INT64);
      NDArray items = manager.randomInteger(0, 9, new Shape(n), DataType.INT64);
      NDArray hour = manager.randomUniform(-1, 1, new Shape(n, 3));
      NDArray liked = users.add(items).mod(2).toType(DataType.FLOAT32, false);
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(users, items, hour)
              .optLabels(liked)
              .setSampling(7, false, false)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
              .addEvaluator(new BinaryAccuracy())
              .optOptimizer(Adam.builder().optLearningRateTracker(Tracker.fixed(0.01f)).build())
              .addTrainingListeners(
                  new EpochTrainingListener(),
                  new EvaluatorTrainingListener(),
                  new TrainingListenerAdapter() {
                    @Override
                    public void onEpoch(Trainer trainer) {
                      var result = trainer.getTrainingResult();
                      System.out.printf(
                          "%.5f %.3f%n",
                          result.getTrainLoss(), result.getTrainEvaluation("BinaryAccuracy"));
                    }
                  });
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(7), new Shape(7), new Shape(7, 3));
        EasyTrain.fit(trainer, 3, data, null);
      }
    }
  }
}
