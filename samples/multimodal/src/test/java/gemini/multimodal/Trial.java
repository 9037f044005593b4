package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A block in double precision, with parameters drawn by Java, and what it computes. */
final class Trial implements AutoCloseable {

  private static final double STEP = 1e-5;
  private static final int COORDINATES = 6;

  final NDManager manager = NDManager.newBaseManager();
  final Block block;
  private final Random random = new Random(5);

  Trial(Block block, Shape... inputs) {
    this.block = block;
    for (Parameter.Type type : Parameter.Type.values()) {
      block.setInitializer((m, shape, dataType) -> m.create(draw(shape), shape), type);
    }
    block.initialize(manager, DataType.FLOAT64, inputs);
  }

  /** Numbers of the size that parameters have. */
  double[] draw(Shape shape) {
    return random.doubles(shape.size(), -0.6, 0.6).toArray();
  }

  /** An array of such numbers. */
  NDArray array(long... shape) {
    return manager.create(draw(new Shape(shape)), new Shape(shape));
  }

  NDList forward(NDArray... inputs) {
    return block.forward(new ParameterStore(manager, false), new NDList(inputs), false);
  }

  /** A parameter by the end of its name, a regular expression. */
  double[] parameter(String name) {
    for (Pair<String, Parameter> pair : block.getParameters()) {
      if (pair.getKey().matches(".*" + name)) {
        return pair.getValue().getArray().toDoubleArray();
      }
    }
    throw new IllegalArgumentException(name + " is none of " + block.getParameters().keys());
  }

  /**
   * Backward against what a small step of some coordinates of everything changes. In between,
   * memory that nothing in Java holds is filled anew: DJL frees what it made of a plain number at
   * once, and a product needs it for its gradient.
   */
  void checkGradients(NDArray... inputs) {
    List<NDArray> leaves = new ArrayList<>();
    for (NDArray input : inputs) {
      if (input.getDataType().isFloating()) {
        leaves.add(input);
      }
    }
    block.getParameters().values().forEach(p -> leaves.add(p.getArray()));
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = loss(inputs);
      fillFreedMemory();
      collector.backward(loss);
    }
    for (NDArray leaf : leaves) {
      double[] gradient = leaf.getGradient().toDoubleArray();
      assertTrue(
          Arrays.stream(gradient).anyMatch(g -> g != 0),
          () -> "nothing reaches " + leaf.getShape());
      for (int i = 0; i < COORDINATES; i++) {
        int at = random.nextInt(gradient.length);
        double slope = (moved(leaf, at, STEP, inputs) - moved(leaf, at, -STEP, inputs)) / 2 / STEP;
        assertEquals(
            slope, gradient[at], 1e-6 * Math.max(1, Math.abs(slope)), leaf.getShape() + "");
      }
    }
  }

  private static void fillFreedMemory() {
    for (int round = 0; round < 3; round++) {
      System.gc();
      for (int size = 4; size <= 1 << 14; size *= 4) {
        for (int i = 0; i < 50; i++) {
          ByteBuffer buffer = ByteBuffer.allocateDirect(size);
          while (buffer.hasRemaining()) {
            buffer.put((byte) 0xFF);
          }
        }
      }
    }
  }

  private double moved(NDArray leaf, int at, double step, NDArray... inputs) {
    double[] before = leaf.toDoubleArray();
    double[] after = before.clone();
    after[at] += step;
    leaf.setRequiresGradient(false);
    leaf.set(after);
    double loss = loss(inputs).getDouble();
    leaf.set(before);
    return loss;
  }

  /** A number in which every element of every result counts differently. */
  private NDArray loss(NDArray... inputs) {
    NDArray sum = manager.create(0.0);
    for (NDArray result : forward(inputs)) {
      NDArray weights = manager.arange(0, (int) result.size(), 1, DataType.FLOAT64).mul(0.7).cos();
      sum = sum.add(result.mul(weights.reshape(result.getShape())).sum());
    }
    return sum;
  }

  static void assertClose(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, "element " + i);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
