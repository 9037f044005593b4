package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Pictures as codes and back, and what the encoder learns. */
class ImageCodecTest {

  @Test
  void codesOfAPictureGiveThePictureThatForwardGives() {
    Shape shape = new Shape(2, 3, 8, 12);
    try (Trial trial = new Trial(new ImageCodec(3, 8), shape)) {
      NDArray pictures = trial.array(2, 3, 8, 12).abs();
      ParameterStore store = new ParameterStore(trial.manager, false);
      ImageCodec codec = (ImageCodec) trial.block;
      NDArray codes = codec.encode(store, pictures);
      assertEquals(new Shape(2, 6), codes.getShape());
      for (long code : codes.toLongArray()) {
        assertTrue(code >= 0 && code < 7 * 5 * 5, () -> code + " is no code");
      }
      double[] through =
          trial
              .forward(pictures)
              .singletonOrThrow()
              .toType(DataType.FLOAT64, false)
              .toDoubleArray();
      NDArray decoded = codec.decode(store, codes, 2);
      Trial.assertClose(through, decoded.toType(DataType.FLOAT64, false).toDoubleArray(), 1e-5);
    }
  }

  /** Rounding has no slope, so the encoder learns as if the decoder saw what it rounds. */
  @Test
  void theGradientGoesPastTheRounding() {
    try (Trial trial = new Trial(new ImageCodec(3, 8), new Shape(2, 3, 8, 8))) {
      NDArray pictures = trial.array(2, 3, 8, 8);
      ParameterStore store = new ParameterStore(trial.manager, false);
      Block encoder = trial.block.getChildren().valueAt(0);
      Block decoder = trial.block.getChildren().valueAt(1);
      NDArray before =
          ImageCodec.bounded(encoder.forward(store, new NDList(pictures), false).head());
      NDArray moved = before.round().sub(before);
      double[] expected =
          gradient(
              pictures,
              x -> {
                NDArray z = ImageCodec.bounded(encoder.forward(store, new NDList(x), false).head());
                return decoder.forward(store, new NDList(z.add(moved)), false).head();
              });
      double[] actual = gradient(pictures, x -> trial.forward(x).head());
      assertTrue(Arrays.stream(expected).anyMatch(g -> Math.abs(g) > 1e-6));
      Trial.assertClose(expected, actual, 1e-9);
    }
  }

  private static double[] gradient(NDArray at, UnaryOperator<NDArray> function) {
    NDArray leaf = at.duplicate();
    leaf.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(function.apply(leaf).square().sum());
    }
    return leaf.getGradient().toType(DataType.FLOAT64, false).toDoubleArray();
  }
}
