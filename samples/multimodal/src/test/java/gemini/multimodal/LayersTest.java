package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other parts of a layer against loops, and layers put together. */
class LayersTest {

  private static final int DIM = 8;
  private static final Shape INPUT = new Shape(2, 5, DIM);

  @Test
  void rootMeanSquareNorm() {
    try (Trial trial = new Trial(new RmsNorm(DIM), INPUT)) {
      NDArray x = trial.array(2, 5, DIM);
      double[][] rows = Reference.rows(x.toDoubleArray(), DIM);
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Reference.rms(rows[i], trial.parameter("weight"));
      }
      double[] actual = trial.forward(x).singletonOrThrow().toDoubleArray();
      Trial.assertClose(Reference.flat(rows), actual, 1e-7);
      trial.checkGradients(x);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void feedForward(boolean gated) {
    FeedForward block = FeedForward.builder().setDim(DIM).optHidden(11).optGated(gated).build();
    try (Trial trial = new Trial(block, INPUT)) {
      NDArray x = trial.array(2, 5, DIM);
      double[][] rows = Reference.rows(x.toDoubleArray(), DIM);
      double[][] expected = Reference.feedForward(rows, gated, trial::parameter);
      double[] actual = trial.forward(x).singletonOrThrow().toDoubleArray();
      Trial.assertClose(Reference.flat(expected), actual, 1e-9);
      trial.checkGradients(x);
    }
  }

  @ParameterizedTest
  @EnumSource(Positions.class)
  void aDecoderGoesOnWhereItStopped(Positions positions) {
    Decoder.Builder builder =
        Decoder.builder()
            .setDim(DIM)
            .setDepth(3)
            .setAttention(Attention.builder().setHeads(4).optKvHeads(2).optPositions(positions))
            .optFeedForward(FeedForward.builder().optGated(true));
    if (positions == Positions.LEARNED) {
      builder.optMaxLength(9);
    }
    try (Trial trial = new Trial(builder.build(), INPUT)) {
      NDArray x = trial.array(2, 5, DIM);
      double[] whole = trial.forward(x).singletonOrThrow().toDoubleArray();
      NDList inputs = new NDList(x.get(":, :2"));
      for (int i = 0; i < 6; i++) {
        inputs.add(trial.manager.zeros(new Shape(2, 2, 0, 2), DataType.FLOAT64));
      }
      NDList first = trial.forward(inputs.toArray(new NDArray[0]));
      inputs = new NDList(x.get(":, 2:"));
      inputs.addAll(first.subNDList(1));
      NDList second = trial.forward(inputs.toArray(new NDArray[0]));
      double[] joined = first.head().concat(second.head(), 1).toDoubleArray();
      Trial.assertClose(whole, joined, 1e-9);
      Shape[] shapes = inputs.stream().map(NDArray::getShape).toArray(Shape[]::new);
      Shape[] foretold = trial.block.getOutputShapes(shapes);
      for (int i = 0; i < second.size(); i++) {
        assertEquals(second.get(i).getShape(), foretold[i]);
      }
      trial.checkGradients(x);
    }
  }

  @Test
  void learnedPositionsNeedALength() {
    Decoder.Builder builder =
        Decoder.builder()
            .setDim(DIM)
            .setDepth(1)
            .setAttention(Attention.builder().setHeads(2).optPositions(Positions.LEARNED));
    assertEquals(
        "Learned positions need maxLength",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }
}
