package dev.geminijava.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations that DJL does not have, with their gradients. */
class TorchScriptTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    Engine.getInstance().setRandomSeed(3);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void anyOperationAndItsGradient() {
    TorchScript hypot = TorchScript.of("Hypot", List.of("a", "b"), "return torch.hypot(a, b)");
    NDArray a = manager.create(new float[] {3, 5});
    NDArray b = manager.create(new float[] {4, 12});
    NDArray gradient = gradient(a, x -> hypot.call(manager, x, b).sum());
    assertEquals(manager.create(new float[] {5, 13}), hypot.call(manager, a, b));
    assertEquals(3 / 5f, gradient.getFloat(0), 1e-6);
    assertEquals(5 / 13f, gradient.getFloat(1), 1e-6);
  }

  @Test
  void callsMayOverlap() {
    TorchScript hypot = TorchScript.of("Hypot", List.of("a", "b"), "return torch.hypot(a, b)");
    double[] results =
        IntStream.range(0, 400)
            .parallel()
            .mapToDouble(
                i -> {
                  try (NDManager own = NDManager.newBaseManager()) {
                    NDArray a = own.create(new double[] {3.0 * i, 5.0 * i});
                    NDArray b = own.create(new double[] {4.0 * i, 12.0 * i});
                    return hypot.call(own, a, b).sum().getDouble();
                  }
                })
            .toArray();
    double[] expected = IntStream.range(0, 400).mapToDouble(i -> 18.0 * i).toArray();
    assertArrayEquals(expected, results, 1e-9);
  }

  @Test
  void aProgramThatIsNoneIsRefusedAtOnce() {
    assertThrows(
        EngineException.class,
        () -> TorchScript.of("Wrong", List.of("x"), "return torch.no_such_thing(x)"));
  }

  @Test
  void fusedAttentionIsThePlainFormula() {
    NDArray q = manager.randomNormal(new Shape(2, 3, 9, 8));
    NDArray k = manager.randomNormal(new Shape(2, 3, 11, 8));
    NDArray v = manager.randomNormal(new Shape(2, 3, 11, 5));
    NDArray bias = manager.randomNormal(new Shape(3, 9, 11));
    assertClose(plain(q, k, v, bias), FusedAttention.attend(q, k, v, bias));
    NDArray weights = manager.randomNormal(new Shape(2, 3, 9, 5));
    assertClose(
        gradient(q, x -> plain(x, k, v, bias).mul(weights).sum()),
        gradient(q, x -> FusedAttention.attend(x, k, v, bias).mul(weights).sum()));
    assertClose(
        gradient(k, x -> plain(q, x, v, bias).mul(weights).sum()),
        gradient(k, x -> FusedAttention.attend(q, x, v, bias).mul(weights).sum()));
    assertClose(
        gradient(v, x -> plain(q, k, x, bias).mul(weights).sum()),
        gradient(v, x -> FusedAttention.attend(q, k, x, bias).mul(weights).sum()));
  }

  @Test
  void causalAttentionSeesNothingThatComesLater() {
    NDArray q = manager.randomNormal(new Shape(2, 3, 9, 8));
    NDArray k = manager.randomNormal(new Shape(2, 3, 9, 8));
    NDArray v = manager.randomNormal(new Shape(2, 3, 9, 5));
    NDArray places = manager.arange(9f);
    NDArray later = places.expandDims(0).gt(places.expandDims(1));
    NDArray bias = later.toType(DataType.FLOAT32, false).mul(-6e4f);
    assertClose(plain(q, k, v, bias), FusedAttention.attendCausally(q, k, v));
    NDArray weights = manager.randomNormal(new Shape(2, 3, 9, 5));
    assertClose(
        gradient(q, x -> plain(x, k, v, bias).mul(weights).sum()),
        gradient(q, x -> FusedAttention.attendCausally(x, k, v).mul(weights).sum()));
    assertClose(
        gradient(k, x -> plain(q, x, v, bias).mul(weights).sum()),
        gradient(k, x -> FusedAttention.attendCausally(q, x, v).mul(weights).sum()));
    assertClose(
        gradient(v, x -> plain(q, k, x, bias).mul(weights).sum()),
        gradient(v, x -> FusedAttention.attendCausally(q, k, x).mul(weights).sum()));
  }

  private static NDArray plain(NDArray q, NDArray k, NDArray v, NDArray bias) {
    return q.matMul(k.swapAxes(2, 3)).add(bias).softmax(3).matMul(v);
  }

  private static NDArray gradient(NDArray at, Function<NDArray, NDArray> loss) {
    NDArray leaf = at.duplicate();
    leaf.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(loss.apply(leaf));
    }
    return leaf.getGradient();
  }

  private static void assertClose(NDArray expected, NDArray actual) {
    assertEquals(0, expected.sub(actual).abs().max().getFloat(), 1e-5);
  }
}
