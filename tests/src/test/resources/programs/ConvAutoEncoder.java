import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.*;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;

/** Trained, saved, loaded into a second model, trained on, and used by a predictor. */
public class ConvAutoEncoder {

  static Block net() {
    return new SequentialBlock()
        .add(down(6))
        .add(Activation::relu)
        .add(down(8))
        .add(Activation::relu)
        .add(up(6))
        .add(Activation::relu)
        .add(up(1));
  }

  static Block down(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .optStride(new Shape(2, 2))
        .optPadding(new Shape(1, 1))
        .setFilters(filters)
        .build();
  }

  static Block up(int filters) {
    return new SequentialBlock()
        .addSingleton(x -> x.repeat(2, 2).repeat(3, 2))
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(filters)
                .build());
  }

  static void train(Model model, NDArray images, int steps) {
    TrainingConfig config =
        new DefaultTrainingConfig(Loss.l2Loss())
            .optOptimizer(
                Optimizer.sgd()
                    .setLearningRateTracker(Tracker.fixed(0.05f))
                    .optMomentum(0.9f)
                    .build());
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(images.getShape());
      for (int i = 0; i < steps; i++) {
        NDList batch = new NDList(images);
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList made = trainer.forward(batch, batch);
          NDArray loss = trainer.getLoss().evaluate(batch, made);
          collector.backward(loss);
          System.out.println("loss " + loss.getFloat());
        }
        trainer.step();
      }
    }
  }

  /** A row of numbers in, the error of its reconstruction out. */
  static class Error implements Translator<float[], Float> {
    @Override
    public NDList processInput(TranslatorContext ctx, float[] input) {
      NDArray array = ctx.getNDManager().create(input, new Shape(1, 8, 8));
      ctx.setAttachment("image", array);
      return new NDList(array);
    }

    @Override
    public Float processOutput(TranslatorContext ctx, NDList list) {
      NDArray made = list.singletonOrThrow();
      return made.abs().mean().getFloat();
    }

    @Override
    public Batchifier getBatchifier() {
      return Batchifier.STACK;
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(97);
    Path directory = Files.createTempDirectory("autoencoder");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.randomUniform(0, 1, new Shape(8, 1, 8, 8));
      try (Model model = Model.newInstance("auto")) {
        model.setBlock(net());
        train(model, images, 3);
        model.setProperty("Epoch", "1");
        model.save(directory, "auto");
      }
      try (Model model = Model.newInstance("auto")) {
        model.setBlock(net());
        model.load(directory, "auto");
        System.out.println("epoch " + model.getProperty("Epoch"));
        train(model, images, 2);
        List<float[]> rows =
            IntStream.range(0, 3).mapToObj(i -> images.get(i).toFloatArray()).toList();
        try (Predictor<float[], Float> predictor = model.newPredictor(new Error())) {
          System.out.println(predictor.batchPredict(rows));
          System.out.println(predictor.predict(rows.get(1)));
        }
      }
    }
    try (Stream<Path> files = Files.walk(directory)) {
      System.out.println(files.filter(Files::isRegularFile).count() + " file");
    }
  }
}
