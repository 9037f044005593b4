import ai.djl.Model;
import ai.djl.basicdataset.BasicDatasets;
import ai.djl.basicdataset.cv.classification.Mnist;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.metric.Metrics;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset.Usage;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.Utils;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Trains a small convolutional network to read digits, saves it, loads it and lets it read.
 *
 * <p>The digits are MNIST's where DJL has them in its cache or can fetch them, else drawn here.
 *
 * <pre>MnistRunner.java [EPOCHS]</pre>
 */
public final class MnistRunner {

  private static final int SIDE = 28;
  private static final int BATCH = 64;

  private MnistRunner() {}

  public static void main(String[] args) throws Exception {
    int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    Engine.getInstance().setRandomSeed(42);
    Path directory = Files.createTempDirectory("mnist");
    try (NDManager manager = NDManager.newBaseManager()) {
      Digits digits = Digits.find(manager);
      train(digits, epochs, directory);
      predict(digits, manager, directory);
    } finally {
      Utils.deleteQuietly(directory);
    }
  }

  private static Block network() {
    return new SequentialBlock()
        .add(Conv2d.builder().setFilters(16).setKernelShape(new Shape(5, 5)).build())
        .add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Conv2d.builder().setFilters(32).setKernelShape(new Shape(5, 5)).build())
        .add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(128).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(10).build());
  }

  private static void train(Digits digits, int epochs, Path directory) throws Exception {
    TrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .addEvaluator(new Accuracy())
            .optOptimizer(Adam.builder().optLearningRateTracker(Tracker.fixed(1e-3f)).build())
            .addTrainingListeners(TrainingListener.Defaults.logging());
    try (Model model = Model.newInstance("mnist")) {
      model.setBlock(network());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.setMetrics(new Metrics());
        trainer.initialize(new Shape(BATCH, 1, SIDE, SIDE));
        EasyTrain.fit(trainer, epochs, digits.training, digits.test);
        System.out.printf(
            "Accuracy on digits never seen: %.2f%%%n",
            100 * trainer.getTrainingResult().getValidateEvaluation("Accuracy"));
      }
      model.save(directory, "mnist");
    }
  }

  /** Loads the saved network into a fresh model and reads a few digits of the test set. */
  private static void predict(Digits digits, NDManager manager, Path directory) throws Exception {
    try (Model model = Model.newInstance("mnist")) {
      model.setBlock(network());
      model.load(directory, "mnist");
      NDArray images = digits.test.getData(manager).iterator().next().getData().head();
      try (Predictor<NDArray, Classifications> predictor = model.newPredictor(new DigitReader())) {
        for (int i = 0; i < 3; i++) {
          NDArray image = images.get(i);
          System.out.printf("%s%nread as %s%n", picture(image), predictor.predict(image).best());
        }
      }
    }
  }

  /** An image as text, two pixels high and one wide per character. */
  private static String picture(NDArray image) {
    float[] pixels = image.toFloatArray();
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < SIDE; y += 2) {
      text.append('\n');
      for (int x = 0; x < SIDE; x++) {
        float ink = (pixels[y * SIDE + x] + pixels[(y + 1) * SIDE + x]) / 2;
        text.append(" .:*#@".charAt(Math.round(5 * ink)));
      }
    }
    return text.toString();
  }

  /** From an image to the digit that it shows. */
  private static final class DigitReader implements Translator<NDArray, Classifications> {

    @Override
    public NDList processInput(TranslatorContext context, NDArray image) {
      return new NDList(image);
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList scores) {
      List<String> names = IntStream.range(0, 10).mapToObj(String::valueOf).toList();
      return new Classifications(names, scores.head().softmax(0));
    }
  }

  /** Digits to learn from, and others to be tested on. */
  private record Digits(RandomAccessDataset training, RandomAccessDataset test) {

    static Digits find(NDManager manager) {
      if (mnistIsAtHand()) {
        try {
          Digits digits = new Digits(mnist(Usage.TRAIN), mnist(Usage.TEST));
          System.out.println("Digits of MNIST");
          return digits;
        } catch (IOException | TranslateException e) {
          System.out.println("MNIST does not come: " + e.getMessage());
        }
      }
      System.out.println("Digits drawn here, MNIST being out of reach");
      return new Digits(Strokes.dataset(manager, 12_800, 1), Strokes.dataset(manager, 2_560, 2));
    }

    private static RandomAccessDataset mnist(Usage usage) throws IOException, TranslateException {
      Mnist mnist = Mnist.builder().optUsage(usage).setSampling(BATCH, true).build();
      mnist.prepare();
      return mnist;
    }

    /** Asks the cache, then the network, and the network not for long. */
    private static boolean mnistIsAtHand() {
      String inCache = "cache/repo/dataset/cv/ai/djl/basicdataset/mnist/1.0";
      if (Files.exists(Utils.getCacheDir().resolve(inCache))) {
        System.setProperty("ai.djl.offline", "true");
        return true;
      }
      System.setProperty("sun.net.client.defaultConnectTimeout", "3000");
      System.setProperty("sun.net.client.defaultReadTimeout", "10000");
      return CompletableFuture.supplyAsync(Digits::networkAnswers)
          .completeOnTimeout(false, 3, TimeUnit.SECONDS)
          .join();
    }

    private static boolean networkAnswers() {
      try {
        BasicDatasets.DJL_REPO_URL.toURL().openConnection().connect();
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Digits drawn with a pen: the same ten figures, never in the same hand. */
  private static final class Strokes {

    /** The figures in a square of 100 by 100: move, line, quadratic and cubic curve. */
    private static final List<String> FIGURES =
        List.of(
            "M 50 10 C 20 10 20 90 50 90 C 80 90 80 10 50 10",
            "M 35 25 L 55 10 L 55 90",
            "M 25 30 C 25 0 75 0 75 32 C 75 55 40 65 25 90 L 77 90",
            "M 27 18 C 55 0 80 20 65 38 Q 58 46 45 47 Q 75 48 74 70 C 72 95 35 95 25 80",
            "M 60 90 L 60 10 L 22 65 L 78 65",
            "M 72 10 L 33 10 L 30 45 C 50 35 76 42 75 67 C 74 95 35 95 25 80",
            "M 68 12 C 40 20 25 50 27 68 C 30 97 75 97 74 68 C 73 45 35 45 28 65",
            "M 24 12 L 76 12 L 42 90",
            "M 50 47 C 20 40 22 10 50 10 C 78 10 80 40 50 47 C 15 55 18 90 50 90 C 82 90 85 55 50 47",
            "M 73 33 C 70 3 28 5 27 32 C 27 58 68 58 73 33 L 66 90");

    private final Random random;

    private Strokes(long seed) {
      random = new Random(seed);
    }

    static RandomAccessDataset dataset(NDManager manager, int count, long seed) {
      System.setProperty("java.awt.headless", "true");
      Strokes strokes = new Strokes(seed);
      float[] images = new float[count * SIDE * SIDE];
      float[] labels = new float[count];
      for (int i = 0; i < count; i++) {
        int digit = strokes.random.nextInt(10);
        labels[i] = digit;
        System.arraycopy(strokes.draw(digit), 0, images, i * SIDE * SIDE, SIDE * SIDE);
      }
      return new ArrayDataset.Builder()
          .setData(manager.create(images, new Shape(count, 1, SIDE, SIDE)))
          .optLabels(manager.create(labels))
          .setSampling(BATCH, true)
          .build();
    }

    private float[] draw(int digit) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      Graphics2D pen = image.createGraphics();
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pen.setStroke(
          new BasicStroke(between(1.6, 3.4), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      AffineTransform hand = AffineTransform.getTranslateInstance(between(12, 16), between(12, 16));
      hand.rotate(between(-0.25, 0.25));
      hand.shear(between(-0.25, 0.25), 0);
      hand.scale(between(0.16, 0.26), between(0.18, 0.26));
      hand.translate(-50, -50);
      pen.draw(hand.createTransformedShape(path(FIGURES.get(digit))));
      pen.dispose();

      float[] pixels = image.getData().getPixels(0, 0, SIDE, SIDE, (float[]) null);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] /= 255;
      }
      return pixels;
    }

    private Path2D path(String figure) {
      Path2D path = new Path2D.Float();
      for (Scanner scanner = new Scanner(figure); scanner.hasNext(); ) {
        switch (scanner.next()) {
          case "M" -> path.moveTo(at(scanner), at(scanner));
          case "L" -> path.lineTo(at(scanner), at(scanner));
          case "Q" -> path.quadTo(at(scanner), at(scanner), at(scanner), at(scanner));
          default ->
              path.curveTo(
                  at(scanner), at(scanner), at(scanner), at(scanner), at(scanner), at(scanner));
        }
      }
      return path;
    }

    /** The next coordinate, by an unsteady hand. */
    private double at(Scanner scanner) {
      return scanner.nextInt() + 2.5 * random.nextGaussian();
    }

    private float between(double low, double high) {
      return (float) random.nextDouble(low, high);
    }
  }
}
