package dev.geminijava.tests.transparency;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything that a training run computed: each step's loss and outputs, every gradient by its
 * parameter's name, and every parameter at the end.
 */
record Recording(
    List<Float> losses,
    List<float[]> outputs,
    List<Map<String, float[]>> gradients,
    Map<String, float[]> parameters) {

  /** A model with its data. */
  record Subject(
      Supplier<Block> block,
      Function<NDManager, NDList> data,
      Function<NDManager, NDList> labels,
      Supplier<Loss> loss) {}

  /** Trains from the same start and writes down what happened. */
  static Recording of(
      Subject subject, Supplier<Optimizer> optimizer, GeminiConfig config, int steps) {
    Engine.getInstance().setRandomSeed(7);
    Recording recording =
        new Recording(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
    try (Model model = GeminiModel.of(Model.newInstance("subject"), config)) {
      Block block = subject.block().get();
      model.setBlock(block);
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(subject.loss().get()).optOptimizer(optimizer.get());
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = subject.data().apply(manager);
        NDList labels = subject.labels().apply(manager);
        trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
        for (int step = 0; step < steps; step++) {
          recording.step(trainer, block, data, labels);
        }
      }
    }
    return recording;
  }

  private void step(Trainer trainer, Block block, NDList data, NDList labels) {
    try (NDManager batch = trainer.getManager().newSubManager()) {
      NDList inputs = new NDList();
      data.forEach(array -> inputs.add(array.duplicate()));
      inputs.attach(batch);
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList predictions = trainer.forward(inputs);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        losses.add(loss.getFloat());
        predictions.forEach(p -> outputs.add(numbers(p)));
      }
      Map<String, float[]> byName = new LinkedHashMap<>();
      for (Pair<String, Parameter> pair : block.getParameters()) {
        if (pair.getValue().requiresGradient()) {
          byName.put(pair.getKey(), numbers(pair.getValue().getArray().getGradient()));
        }
      }
      gradients.add(byName);
      trainer.step();
    }
    parameters.clear();
    for (Pair<String, Parameter> pair : block.getParameters()) {
      parameters.put(pair.getKey(), numbers(pair.getValue().getArray()));
    }
  }

  static float[] numbers(NDArray array) {
    return array.toType(ai.djl.ndarray.types.DataType.FLOAT32, true).toFloatArray();
  }

  /** The largest relative distance between this and another recording, and where it is. */
  String differenceFrom(Recording other, double tolerance) {
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      compare(
          "loss of step " + i,
          new float[] {losses.get(i)},
          new float[] {other.losses.get(i)},
          tolerance,
          differences);
    }
    for (int i = 0; i < outputs.size(); i++) {
      compare("output " + i, outputs.get(i), other.outputs.get(i), tolerance, differences);
    }
    for (int i = 0; i < gradients.size(); i++) {
      for (Map.Entry<String, float[]> entry : gradients.get(i).entrySet()) {
        compare(
            "gradient of " + entry.getKey() + " in step " + i,
            entry.getValue(),
            other.gradients.get(i).get(entry.getKey()),
            tolerance,
            differences);
      }
    }
    for (Map.Entry<String, float[]> entry : parameters.entrySet()) {
      compare(
          "parameter " + entry.getKey(),
          entry.getValue(),
          other.parameters.get(entry.getKey()),
          tolerance,
          differences);
    }
    return String.join("\n", differences);
  }

  private static void compare(
      String what, float[] expected, float[] actual, double tolerance, List<String> differences) {
    if (expected.length != actual.length) {
      differences.add(what + ": " + expected.length + " numbers, not " + actual.length);
      return;
    }
    double gap = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      gap += Math.pow(expected[i] - actual[i], 2);
      size += Math.pow(expected[i], 2);
    }
    // Below this, a gradient that is zero in exact arithmetic is only rounding.
    double distance = Math.sqrt(gap) / Math.max(Math.sqrt(size), 1e-4 * Math.sqrt(expected.length));
    if (!(distance <= tolerance)) {
      differences.add(what + ": off by " + distance);
    }
  }
}
