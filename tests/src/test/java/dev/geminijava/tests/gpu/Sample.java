package dev.geminijava.tests.gpu;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.BertPretrainingLoss;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import ai.djl.util.Pair;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Dropouts;
import java.util.LinkedHashMap;
import java.util.Map;

/** DJL's BERT with both heads, of some size, in training on some devices. */
final class Sample implements AutoCloseable {

  /** A size. */
  enum Size {
    /** Hidden 64, 4 layers; 8 rows of 16 words. */
    TINY(500, 64, 4, 4, 128, 8, 16),
    /** Hidden 1024, 24 layers; 8 rows of 64 words. */
    LARGE(30_522, 1024, 24, 16, 4096, 8, 64);

    final int vocabulary;
    final int hidden;
    final int layers;
    final int heads;
    final int inner;
    final int batch;
    final int words;

    Size(int vocabulary, int hidden, int layers, int heads, int inner, int batch, int words) {
      this.vocabulary = vocabulary;
      this.hidden = hidden;
      this.layers = layers;
      this.heads = heads;
      this.inner = inner;
      this.batch = batch;
      this.words = words;
    }
  }

  private final Model model;
  private final Trainer trainer;
  private final NDList data;
  private final NDList labels;

  /**
   * Prepares it, always with the same parameters and data.
   *
   * @param device where the program has its arrays
   */
  Sample(Size size, GeminiConfig config, Device device) {
    Engine.getInstance().setRandomSeed(7);
    model = GeminiModel.of(Model.newInstance("bert", device), config);
    model.setBlock(
        // Masks of values that are split are drawn rank by rank: other ones than on one device.
        Dropouts.set(
            new BertPretrainingBlock(
                BertBlock.builder()
                    .setTokenDictionarySize(size.vocabulary)
                    .optEmbeddingSize(size.hidden)
                    .optTransformerBlockCount(size.layers)
                    .optAttentionHeadCount(size.heads)
                    .optHiddenSize(size.inner)
                    .optMaxSequenceLength(size.words)),
            0f));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(new BertPretrainingLoss())
                .optDevices(new Device[] {device})
                .optOptimizer(
                    Adam.builder()
                        .optLearningRateTracker(Tracker.fixed(1e-3f))
                        .optEpsilon(1e-3f)
                        .build()));
    NDManager manager = model.getNDManager();
    Shape words = new Shape(size.batch, size.words);
    Shape masked = new Shape(size.batch, size.words / 4);
    data =
        new NDList(
            manager.randomInteger(0, size.vocabulary, words, DataType.INT64),
            manager.zeros(words, DataType.INT64),
            manager.ones(words, DataType.INT64),
            manager.randomInteger(0, size.words, masked, DataType.INT64));
    labels =
        new NDList(
            manager.randomInteger(0, 2, new Shape(size.batch), DataType.INT64),
            manager.randomInteger(0, size.vocabulary, masked, DataType.INT64),
            manager.ones(masked, DataType.INT64));
    trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
  }

  /** Trains one batch, to its end on every device; milliseconds. */
  double step() {
    long begin = System.nanoTime();
    NDManager manager = trainer.getManager().newSubManager();
    try (Batch batch =
        new Batch(
            manager,
            copy(data),
            copy(labels),
            (int) data.head().size(0),
            Batchifier.STACK,
            Batchifier.STACK,
            0,
            1)) {
      EasyTrain.trainBatch(trainer, batch);
      trainer.step();
    }
    // Reading a value of what was updated waits for all that was queued.
    model.getBlock().getParameters().values().get(0).getArray().sum().getFloat();
    return (System.nanoTime() - begin) / 1e6;
  }

  private static NDList copy(NDList arrays) {
    NDList copies = new NDList();
    arrays.forEach(array -> copies.add(array.duplicate()));
    return copies;
  }

  /** Every parameter's values. */
  Map<String, float[]> parameters() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Pair<String, ai.djl.nn.Parameter> pair : model.getBlock().getParameters()) {
      values.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
    }
    return values;
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
