package dev.geminijava.tests.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.Pipeline;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a training run computed, by name: each step's loss and outputs, every gradient of
 * every step, every parameter at the end.
 *
 * @param dataType of all that is trained
 * @param numbers what was computed, by name
 * @param left how many arrays each step after the first two left behind
 */
public record Recording(DataType dataType, Map<String, double[]> numbers, List<Integer> left) {

  // A gradient that is zero in exact arithmetic (a bias before BatchNorm, the keys' bias under a
  // softmax) is rounding of numbers of the size of the step's largest gradient; so is the parameter
  // that begins at zero and is moved by it. With the tolerance this allows for 1e-5 of that
  // gradient in single precision, some hundred roundings.
  private static final double FLOOR = 1e-3;
  private static final double SINGLE_FLOOR = 1e-2;

  private static final int WARM_UP = 2;

  /** Makes an empty recording. */
  public Recording(DataType dataType) {
    this(dataType, new LinkedHashMap<>(), new ArrayList<>());
  }

  /** Trains by a hand-written loop, always from the same start, and writes down what happened. */
  public static Recording of(
      Example example, Optimizer optimizer, GeminiConfig config, int batch, int steps) {
    return of(example, optimizer, config, batch, steps, false);
  }

  /**
   * The same.
   *
   * @param lossInside whether the loop says what the compiler says of loops that it understands:
   *     that the loss may be taken inside the last stage
   */
  public static Recording of(
      Example example,
      Optimizer optimizer,
      GeminiConfig config,
      int batch,
      int steps,
      boolean lossInside) {
    Engine.getInstance().setRandomSeed(7);
    Recording recording = new Recording(example.dataType());
    try (Model model = GeminiModel.of(Model.newInstance("subject"), config)) {
      Block block = example.block();
      model.setDataType(example.dataType());
      model.setBlock(block);
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(example.loss())
              .optOptimizer(optimizer)
              .optInitializer(Recording::draw, Parameter.Type.WEIGHT)
              .optInitializer(Recording::draw, Parameter.Type.BIAS);
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = cast(example.data(manager, batch), example.dataType());
        NDList labels = cast(example.labels(manager, batch), example.dataType());
        skipPrecisionCheck(trainer);
        trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
        example.initialized(block);
        for (int step = 0; step < steps; step++) {
          int before = alive(manager);
          recording.step(step, trainer, block, data, labels, lossInside);
          // The first step, which is a trial, and the second make what all steps use.
          if (step >= WARM_UP) {
            recording.left.add(alive(manager) - before);
          }
        }
        recording.addParameters(block);
        recording.addAll("prediction", trainer.evaluate(data));
      }
    }
    return recording;
  }

  /** How many arrays some manager holds. */
  static int alive(NDManager manager) {
    NDManager root = manager;
    while (root.getParentManager() != null) {
      root = root.getParentManager();
    }
    return root.getManagedArrays().size();
  }

  /** DJL's check for zero gradients can only read single precision. */
  private static void skipPrecisionCheck(Trainer trainer) {
    try {
      Field field = Trainer.class.getDeclaredField("gradientsChecked");
      field.setAccessible(true);
      field.setBoolean(trainer, true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Draws parameters in the type that is asked for, which libtorch's own initialisers do not. */
  public static NDArray draw(NDManager manager, Shape shape, DataType dataType) {
    if (shape.dimension() < 2) {
      return manager.randomUniform(-0.1f, 0.1f, shape).toType(dataType, false);
    }
    return new XavierInitializer().initialize(manager, shape, dataType).toType(dataType, false);
  }

  private void step(
      int step, Trainer trainer, Block block, NDList data, NDList labels, boolean lossInside) {
    try (NDManager batch = trainer.getManager().newSubManager()) {
      NDList inputs = copies(data, batch);
      NDList answers = copies(labels, batch);
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList predictions =
            lossInside
                ? Pipeline.lossFollows(trainer).forward(inputs, answers)
                : trainer.forward(inputs);
        NDArray loss = trainer.getLoss().evaluate(answers, predictions);
        collector.backward(loss);
        add("step " + step + ": loss", loss);
        addAll("step " + step + ": output", predictions);
      }
      addGradients(step, block);
      trainer.step();
    }
  }

  private static NDList copies(NDList arrays, NDManager manager) {
    NDList copies = new NDList();
    arrays.forEach(array -> copies.add(array.duplicate()));
    copies.attach(manager);
    return copies;
  }

  /** Floating arrays in the example's data type; others as they are. */
  public static NDList cast(NDList list, DataType dataType) {
    NDList cast = new NDList();
    list.forEach(a -> cast.add(a.getDataType().isFloating() ? a.toType(dataType, false) : a));
    return cast;
  }

  /** Writes down an array. */
  public void add(String name, NDArray array) {
    numbers.put(name, array.toType(DataType.FLOAT64, true).toDoubleArray());
  }

  /** Writes down all arrays of a list. */
  public void addAll(String name, NDList list) {
    for (int i = 0; i < list.size(); i++) {
      add(name + " " + i, list.get(i));
    }
  }

  /** Writes down the gradients that a step left. */
  public void addGradients(int step, Block block) {
    for (Pair<String, Parameter> pair : block.getParameters()) {
      if (pair.getValue().requiresGradient()) {
        add(
            "step " + step + ": gradient of " + pair.getKey(),
            pair.getValue().getArray().getGradient());
      }
    }
  }

  /** Writes down the parameters. */
  public void addParameters(Block block) {
    for (Pair<String, Parameter> pair : block.getParameters()) {
      add("parameter " + pair.getKey(), pair.getValue().getArray());
    }
  }

  /** Fails unless another run computed the same. */
  public void assertSame(Recording actual) {
    assertEquals(numbers.keySet(), actual.numbers.keySet());
    assertEquals("", String.join("\n", differences(actual)));
  }

  /** What another run computed otherwise; not a number differs from everything. */
  public List<String> differences(Recording actual) {
    if (!numbers.keySet().equals(actual.numbers.keySet())) {
      return List.of("recorded " + actual.numbers.keySet() + " instead of " + numbers.keySet());
    }
    double tolerance = dataType == DataType.FLOAT64 ? 1e-8 : 1e-3;
    List<String> differences = new ArrayList<>();
    numbers.forEach(
        (name, expected) -> {
          double distance = distance(name, expected, actual.numbers.get(name));
          if (!(distance <= tolerance)) {
            differences.add(name + ": off by " + distance);
          }
        });
    for (int i = 0; i < left.size(); i++) {
      int more = actual.left.get(i) - left.get(i);
      if (more > 0) {
        differences.add("step " + (WARM_UP + i) + ": leaves " + more + " arrays more");
      }
    }
    return differences;
  }

  /**
   * How far another run is from this in everything whose name has a part, taken together: the size
   * of the gap in proportion to that of the numbers.
   */
  public double distance(Recording actual, String part) {
    double gap = 0;
    double size = 0;
    for (Map.Entry<String, double[]> entry : numbers.entrySet()) {
      if (entry.getKey().contains(part)) {
        double[] others = actual.numbers.get(entry.getKey());
        for (int i = 0; i < others.length; i++) {
          gap += Math.pow(entry.getValue()[i] - others[i], 2);
          size += Math.pow(entry.getValue()[i], 2);
        }
      }
    }
    return Math.sqrt(gap / size);
  }

  /** Whether all numbers are finite. */
  public boolean isFinite() {
    return numbers.values().stream().allMatch(n -> Arrays.stream(n).allMatch(Double::isFinite));
  }

  private double distance(String name, double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      return Double.POSITIVE_INFINITY;
    }
    double[] gaps = new double[expected.length];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = expected[i] - actual[i];
    }
    double size = size(expected);
    double floor = dataType == DataType.FLOAT64 ? FLOOR : SINGLE_FLOOR;
    int kind = Math.max(name.indexOf("gradient of "), name.indexOf("parameter "));
    if (kind >= 0) {
      String prefix = name.substring(0, name.indexOf(' ', kind + 1));
      size = Math.max(size, floor * largest(prefix));
    }
    double gap = size(gaps);
    return gap == 0 ? 0 : gap / size;
  }

  private double largest(String prefix) {
    return numbers.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .mapToDouble(e -> size(e.getValue()))
        .max()
        .orElse(0);
  }

  private static double size(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number * number;
    }
    return Math.sqrt(sum / numbers.length);
  }
}
