package dev.geminijava.tests.training;

import static dev.geminijava.tests.transparency.Program.shape;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Program;
import dev.geminijava.tests.transparency.Recording;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a program trains, it gets the numbers that it gets on one device. */
class TrainingStylesTest {

  private static final String CHAIN = "ChainInLoops";

  private static void sameAsOnOneDevice(Mode mode, String model, Program program) throws Exception {
    Recording one = program.over(Mode.NONE.config(), Models.written(model).block());
    one.assertSame(program.over(mode.config(), Models.rewritten(model).block()));
  }

  private static NDList single(NDList list) {
    return Recording.cast(list, DataType.FLOAT32);
  }

  private static Trainer trainer(Model model, Loss loss) {
    Trainer trainer = model.newTrainer(Program.training(loss).addEvaluator(new Accuracy()));
    trainer.initialize(shape(4, 12));
    return trainer;
  }

  /** 13 samples in batches of 4: the last batch of an epoch has one. */
  private static ArrayDataset dataset(NDManager manager, Example example) {
    return new ArrayDataset.Builder()
        .setData(single(example.data(manager, 13)).head())
        .optLabels(single(example.labels(manager, 13)).head())
        .setSampling(4, false)
        .build();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void fitWithListenersEvaluatorsMetricsAndValidation(Mode mode) throws Exception {
    Example example = Models.written(CHAIN);
    sameAsOnOneDevice(
        mode,
        CHAIN,
        (model, recording) -> {
          List<Integer> heard = new ArrayList<>();
          try (Trainer trainer =
              model.newTrainer(
                  Program.training(example.loss())
                      .addEvaluator(new Accuracy())
                      .addTrainingListeners(
                          new TrainingListenerAdapter() {
                            @Override
                            public void onTrainingBatch(Trainer t, BatchData data) {
                              NDList seen = data.getPredictions().values().iterator().next();
                              recording.addAll("batch " + heard.size(), seen);
                              heard.add(seen.size());
                            }
                          }))) {
            trainer.initialize(shape(4, 12));
            trainer.setMetrics(new Metrics());
            ArrayDataset data = dataset(model.getNDManager(), example);
            EasyTrain.fit(trainer, 3, data, data);
            trainer
                .getTrainingResult()
                .getEvaluations()
                .forEach((name, value) -> recording.add(name, model.getNDManager().create(value)));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void trainBatch(Mode mode) throws Exception {
    Example example = Models.written(CHAIN);
    sameAsOnOneDevice(
        mode,
        CHAIN,
        (model, recording) -> {
          try (Trainer trainer = trainer(model, example.loss())) {
            for (Batch batch : trainer.iterateDataset(dataset(model.getNDManager(), example))) {
              EasyTrain.trainBatch(trainer, batch);
              trainer.step();
              batch.close();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void forwardTwiceBackwardOnce(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDArray first = loss(trainer, data, labels);
          NDArray second = loss(trainer, new NDList(data.head().mul(0.5)), labels);
          NDArray both = first.add(second.mul(3));
          collector.backward(both);
          return both;
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void predictionsChangedInPlaceBeforeTheLoss(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDList predictions = trainer.forward(data);
          predictions.head().muli(0.3).addi(1);
          NDArray loss = trainer.getLoss().evaluate(labels, predictions);
          collector.backward(loss);
          return loss;
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void gradientsAccumulatedOverTwoBatches(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDArray first = loss(trainer, data, labels);
          collector.backward(first);
          NDArray second = loss(trainer, new NDList(data.head().mul(0.5)), labels);
          collector.backward(second);
          return first.add(second);
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void gradientsClippedInPlace(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDArray loss = loss(trainer, data, labels);
          collector.backward(loss);
          for (Parameter parameter : trainer.getModel().getBlock().getParameters().values()) {
            NDArray gradient = parameter.getArray().getGradient();
            double norm = Math.sqrt(gradient.square().sum().getFloat());
            gradient.muli(Math.min(1, 0.01 / (norm + 1e-6)));
          }
          return loss;
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void weightDecayOnTheParametersThemselves(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDList weights = new NDList();
          trainer
              .getModel()
              .getBlock()
              .getParameters()
              .forEach(pair -> weights.add(pair.getValue().getArray()));
          NDArray decay =
              Loss.l2WeightedDecay("decay", 0.05f, weights).evaluate(new NDList(), new NDList());
          NDArray loss = loss(trainer, data, labels).add(decay);
          collector.backward(loss);
          return loss;
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void validationBetweenForwardAndBackward(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDArray loss = loss(trainer, data, labels);
          NDArray judged = trainer.evaluate(new NDList(data.head().mul(2))).head().mean();
          collector.backward(loss);
          return loss.add(judged);
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void labelsReadInForward(Mode mode) throws Exception {
    Example example = Models.written("LabelsInForward");
    sameAsOnOneDevice(
        mode,
        "LabelsInForward",
        (model, recording) -> {
          try (Trainer trainer = model.newTrainer(Program.training(Loss.l1Loss()))) {
            trainer.initialize(shape(7, 4));
            for (int step = 0; step < 3; step++) {
              try (NDManager manager = trainer.getManager().newSubManager();
                  GradientCollector collector = trainer.newGradientCollector()) {
                NDList labels = single(example.labels(manager, 7));
                NDList predictions = trainer.forward(single(example.data(manager, 7)), labels);
                NDArray loss = trainer.getLoss().evaluate(labels, predictions);
                collector.backward(loss);
                recording.add("loss " + step, loss);
                recording.addGradients(step, model.getBlock());
              }
              trainer.step();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void collectorOfTheEngineInsteadOfTheTrainer(Mode mode) throws Exception {
    Example example = Models.written(CHAIN);
    sameAsOnOneDevice(
        mode,
        CHAIN,
        (model, recording) -> {
          try (Trainer trainer = trainer(model, example.loss())) {
            for (int i = 0; i < 3; i++) {
              try (NDManager manager = trainer.getManager().newSubManager();
                  GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss =
                    loss(trainer, single(example.data(manager, 5)), example.labels(manager, 5));
                collector.backward(loss);
                recording.add("loss " + i, loss);
                recording.addGradients(i, model.getBlock());
              }
              trainer.step();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void forwardWithoutACollector(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          collector.close();
          trainer.forward(data);
          try (GradientCollector later = trainer.newGradientCollector()) {
            NDArray loss = loss(trainer, data, labels);
            later.backward(loss);
            return loss;
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void oneLossOfTwoBackwardPasses(Mode mode) throws Exception {
    steps(
        mode,
        (trainer, data, labels, collector) -> {
          NDList first = trainer.forward(data);
          NDList second = trainer.forward(new NDList(data.head().neg()));
          NDArray one = trainer.getLoss().evaluate(labels, first);
          NDArray two = trainer.getLoss().evaluate(labels, second);
          collector.backward(two);
          collector.backward(one);
          return one.add(two);
        });
  }

  /** What a user's training step computes. */
  private interface Step {
    NDArray lossAfterBackward(
        Trainer trainer, NDList data, NDList labels, GradientCollector collector);
  }

  private static NDArray loss(Trainer trainer, NDList data, NDList labels) {
    return trainer.getLoss().evaluate(labels, trainer.forward(data));
  }

  private static void steps(Mode mode, Step step) throws Exception {
    Example example = Models.written(CHAIN);
    sameAsOnOneDevice(
        mode,
        CHAIN,
        (model, recording) -> {
          try (Trainer trainer = trainer(model, example.loss())) {
            Block block = model.getBlock();
            for (int i = 0; i < 4; i++) {
              try (NDManager manager = trainer.getManager().newSubManager();
                  GradientCollector collector = trainer.newGradientCollector()) {
                NDList data = single(new NDList(Numbers.wave(manager, 7, 12).mul(i + 1)));
                NDList labels = example.labels(manager, 7);
                recording.add(
                    "step " + i + ": loss",
                    step.lossAfterBackward(trainer, data, labels, collector));
                recording.addGradients(i, block);
              }
              trainer.step();
            }
          }
        });
  }
}
