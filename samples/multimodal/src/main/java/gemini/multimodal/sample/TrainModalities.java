package gemini.multimodal.sample;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import ai.djl.training.tracker.WarmUpTracker;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalLoss;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.MultimodalTransformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Trains one model to name what is in a picture, what is played and what moves where, and to draw
 * what it is told: first the codec of its pictures, then the transformer. The exercises are drawn
 * here; what it is examined with it has never seen.
 *
 * <pre>TrainModalities.java [EPOCHS] [FOLDER]</pre>
 */
public final class TrainModalities {

  private static final int BATCH = 32;
  private static final int EXERCISES = 4096;
  private static final int EXAMINED = 64;

  private TrainModalities() {}

  public static void main(String[] args) throws Exception {
    int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 14;
    Path folder = Path.of(args.length > 1 ? args[1] : "target/samples/multimodal");
    Engine.getInstance().setRandomSeed(42);
    List<Example> exercises = draw(EXERCISES, new Random(1));
    List<Example> unseen = draw(EXAMINED * Task.values().length, new Random(2));

    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        Model pictures = Model.newInstance("codec");
        Model model = Model.newInstance("transformer")) {
      ImageCodec codec = Models.codec();
      pictures.setBlock(codec);
      trainCodec(pictures, exercises);
      pictures.save(folder, "codec");

      MultimodalTransformer transformer = Models.transformer(tokenizer);
      model.setBlock(transformer);
      train(model, new Lessons(tokenizer, codec), exercises, epochs, tokenizer.vocabulary());
      model.save(folder, "transformer");

      try (NDManager manager = NDManager.newBaseManager()) {
        Examination examination = new Examination(transformer, codec, tokenizer);
        for (Task task : Task.values()) {
          System.out.printf(
              "%-8s %5.1f%% right of what it has never seen%n",
              task.name().toLowerCase(Locale.ROOT), 100 * examination.take(manager, task, unseen));
        }
        Path gallery = folder.resolve("pictures.png");
        examination.gallery().write(gallery);
        System.out.println("What was asked for, and what it drew: " + gallery);
      }
    }
  }

  /** As many exercises of each task. */
  private static List<Example> draw(int count, Random random) {
    List<Example> examples = new ArrayList<>();
    Task[] tasks = Task.values();
    for (int i = 0; i < count; i++) {
      examples.add(Example.of(tasks[i % tasks.length], random));
    }
    return examples;
  }

  private static void trainCodec(Model model, List<Example> exercises) throws Exception {
    System.out.println("The codec of the pictures:");
    try (Trainer trainer = model.newTrainer(config(new PixelLoss(), 3e-3f));
        NDManager manager = model.getNDManager().newSubManager()) {
      trainer.setMetrics(new Metrics());
      trainer.initialize(new Shape(BATCH).addAll(Lessons.PICTURE));
      EasyTrain.fit(trainer, 8, Lessons.pictures(manager, exercises, BATCH), null);
    }
  }

  /** The mean square of what differs. */
  private static final class PixelLoss extends Loss {

    PixelLoss() {
      super("loss");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      return labels.head().sub(predictions.head()).square().mean();
    }
  }

  private static void train(
      Model model, Lessons lessons, List<Example> exercises, int epochs, int textVocabulary)
      throws Exception {
    System.out.println("The transformer:");
    TrainingConfig config = config(new MultimodalLoss(textVocabulary), 2e-3f);
    try (Trainer trainer = model.newTrainer(config);
        NDManager manager = model.getNDManager().newSubManager()) {
      trainer.setMetrics(new Metrics());
      trainer.initialize(Models.inputs(BATCH));
      Dataset dataset = lessons.exercises(manager, exercises, BATCH);
      EasyTrain.fit(trainer, epochs, dataset, null);
    }
  }

  /** Adam, whose steps grow at first and then shrink by half every 460. */
  private static TrainingConfig config(Loss loss, float learningRate) {
    Tracker shrinking =
        Tracker.factor()
            .setBaseValue(learningRate)
            .setFactor(0.9985f)
            .optMinValue(learningRate / 20)
            .build();
    Tracker rate = WarmUpTracker.builder().optWarmUpSteps(40).setMainTracker(shrinking).build();
    return new DefaultTrainingConfig(loss)
        .optOptimizer(Adam.builder().optLearningRateTracker(rate).build())
        .addTrainingListeners(TrainingListener.Defaults.logging());
  }
}
