import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.Locale;

/** Dense blocks by concatenation along the channels, and a listener of its own. */
public class DenseNet {

  static class DenseBlock extends AbstractBlock {
    private static final byte VERSION = 2;
    public SequentialBlock net = new SequentialBlock();

    DenseBlock(int convs, int channels) {
      super(VERSION);
      for (int i = 0; i < convs; i++) {
        net.add(addChildBlock("dense" + i, convBlock(channels)));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList x, boolean training, PairList<String, Object> params) {
      NDArray in = x.singletonOrThrow();
      for (Block block : net.getChildren().values()) {
        NDArray y = block.forward(ps, new NDList(in), training).singletonOrThrow();
        in = NDArrays.concat(new NDList(in, y), 1);
      }
      return new NDList(in);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      Shape[] current = inputs;
      for (Block block : net.getChildren().values()) {
        Shape[] made = block.getOutputShapes(current);
        current =
            new Shape[] {
              new Shape(
                  current[0].get(0),
                  current[0].get(1) + made[0].get(1),
                  made[0].get(2),
                  made[0].get(3))
            };
      }
      return current;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
      Shape current = inputs[0];
      for (Block block : net.getChildren().values()) {
        block.initialize(manager, type, current);
        Shape[] made = block.getOutputShapes(new Shape[] {current});
        current =
            new Shape(
                current.get(0), current.get(1) + made[0].get(1), made[0].get(2), made[0].get(3));
      }
    }
  }

  static SequentialBlock convBlock(int channels) {
    return new SequentialBlock()
        .add(BatchNorm.builder().build())
        .add(Activation::relu)
        .add(
            Conv2d.builder()
                .setFilters(channels)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build());
  }

  static SequentialBlock transition(int channels) {
    return new SequentialBlock()
        .add(BatchNorm.builder().build())
        .add(Activation::relu)
        .add(Conv2d.builder().setFilters(channels).setKernelShape(new Shape(1, 1)).build())
        .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
  }

  static Block build(int growth, int... convs) {
    SequentialBlock net =
        new SequentialBlock()
            .add(
                Conv2d.builder()
                    .setFilters(8)
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation::relu);
    int channels = 8;
    for (int i = 0; i < convs.length; i++) {
      net.add(new DenseBlock(convs[i], growth));
      channels += convs[i] * growth;
      if (i != convs.length - 1) {
        channels /= 2;
        net.add(transition(channels));
      }
    }
    return net.add(BatchNorm.builder().build())
        .add(Activation::relu)
        .add(Pool.globalAvgPool2dBlock())
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(4).build());
  }

  /** Prints what happens. */
  static class Chatter extends TrainingListenerAdapter {
    private int batches;

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batch) {
      batches++;
      float loss = batch.getLabels().values().iterator().next().head().sum().toLongArray()[0];
      System.out.printf(Locale.ROOT, "batch %d, sum of labels %.0f%n", batches, loss);
    }

    @Override
    public void onEpoch(Trainer trainer) {
      TrainingResult result = trainer.getTrainingResult();
      System.out.printf(
          Locale.ROOT,
          "epoch %d: loss %.5f, validation %.5f%n",
          result.getEpoch(),
          result.getTrainLoss(),
          result.getValidateLoss());
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(47);
    try (Model model = Model.newInstance("densenet");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(build(4, 2, 2));
      NDArray images = manager.randomUniform(-1, 1, new Shape(16, 3, 8, 8));
      NDArray labels = manager.arange(16).mod(4);
      RandomAccessDataset train = dataset(images, labels);
      RandomAccessDataset test = dataset(images.mul(0.9f), labels);
      TrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addEvaluator(new Accuracy())
              .optOptimizer(
                  Optimizer.sgd()
                      .setLearningRateTracker(
                          Tracker.cosine()
                              .setBaseValue(0.1f)
                              .optFinalValue(0.01f)
                              .setMaxUpdates(6)
                              .build())
                      .optWeightDecays(1e-4f)
                      .build())
              .addTrainingListeners(
                  new EpochTrainingListener(), new EvaluatorTrainingListener(), new Chatter());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(1, 3, 8, 8));
        EasyTrain.fit(trainer, 2, train, test);
      }
      double[] statistics =
          model.getBlock().getParameters().stream()
              .filter(p -> p.getKey().endsWith("runningMean"))
              .mapToDouble(p -> p.getValue().getArray().abs().sum().getFloat())
              .toArray();
      System.out.println(Arrays.stream(statistics).sum());
    }
  }

  private static RandomAccessDataset dataset(NDArray images, NDArray labels) {
    return new ArrayDataset.Builder()
        .setData(images)
        .optLabels(labels)
        .setSampling(8, false)
        .build();
  }
}
