package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention in all its forms, against the papers' formulas in loops. */
class AttentionTest {

  private static final int DIM = 10;
  private static final int SIZE = 6;
  private static final int BATCH = 2;
  private static final int LENGTH = 7;

  /** A form of attention. */
  record Form(
      int heads,
      int kvHeads,
      Positions positions,
      int rotaryDim,
      boolean qkNorm,
      int window,
      boolean causal) {

    Form(int heads, int kvHeads, Positions positions, int rotaryDim, boolean qkNorm, int window) {
      this(heads, kvHeads, positions, rotaryDim, qkNorm, window, true);
    }

    Attention build() {
      return builder().build();
    }

    Attention.Builder builder() {
      return Attention.builder()
          .setDim(DIM)
          .setHeads(heads)
          .optKvHeads(kvHeads)
          .optDimHead(SIZE)
          .optPositions(positions)
          .optRotaryDim(rotaryDim)
          .optQkNorm(qkNorm)
          .optWindow(window)
          .optCausal(causal);
    }

    /** The paper's slopes, in place of the code's. */
    double[] slopes() {
      return switch (heads) {
        case 1 -> powersOfHalf(8);
        case 2 -> powersOfHalf(4, 8);
        case 4 -> powersOfHalf(2, 4, 6, 8);
        // Those of four heads, then every second one of eight.
        case 6 -> powersOfHalf(2, 4, 6, 8, 1, 3);
        default -> throw new IllegalStateException(heads + " heads");
      };
    }

    private static double[] powersOfHalf(int... exponents) {
      return Arrays.stream(exponents).mapToDouble(e -> Math.pow(0.5, e)).toArray();
    }
  }

  static Stream<Form> forms() {
    return Stream.of(
        new Form(1, 1, Positions.NONE, 0, false, 0),
        new Form(4, 4, Positions.NONE, 0, false, 3),
        new Form(4, 2, Positions.ROTARY, SIZE, false, 0),
        new Form(4, 1, Positions.ROTARY, 4, true, 0),
        new Form(2, 2, Positions.XPOS, SIZE, false, 0),
        new Form(2, 1, Positions.XPOS, 2, true, 4),
        new Form(6, 3, Positions.ALIBI, 0, false, 0),
        new Form(4, 2, Positions.ALIBI, 0, true, 2),
        new Form(4, 2, Positions.ROTARY, SIZE, true, 0, false),
        new Form(6, 2, Positions.ALIBI, 0, false, 0, false));
  }

  static Stream<Form> causalForms() {
    return forms().filter(Form::causal);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void computesThePapersFormulas(Form form) {
    try (Trial trial = new Trial(form.build(), new Shape(BATCH, LENGTH, DIM))) {
      NDArray x = trial.array(BATCH, LENGTH, DIM);
      double[] actual = trial.forward(x).singletonOrThrow().toDoubleArray();
      for (int sample = 0; sample < BATCH; sample++) {
        double[][] expected = reference(form, trial, x.get(sample).toDoubleArray());
        double[] own = new double[LENGTH * DIM];
        System.arraycopy(actual, sample * own.length, own, 0, own.length);
        Trial.assertClose(Reference.flat(expected), own, 1e-7);
      }
    }
  }

  private static double[][] reference(Form form, Trial trial, double[] x) {
    return Reference.attention(
        Reference.rows(x, DIM),
        new Reference.Options(
            form.heads,
            form.kvHeads,
            SIZE,
            form.positions,
            form.rotaryDim,
            form.causal,
            form.window,
            form.slopes()),
        trial.parameter("query_weight"),
        trial.parameter("key_weight"),
        trial.parameter("value_weight"),
        trial.parameter("result_weight"),
        form.qkNorm ? trial.parameter("queryScale") : null,
        form.qkNorm ? trial.parameter("keyScale") : null);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void gradientsAreSlopes(Form form) {
    try (Trial trial = new Trial(form.build(), new Shape(BATCH, LENGTH, DIM))) {
      trial.checkGradients(trial.array(BATCH, LENGTH, DIM));
    }
  }

  @ParameterizedTest
  @MethodSource("causalForms")
  void tokensOneByOneSeeWhatTheySeeTogether(Form form) {
    try (Trial trial = new Trial(form.build(), new Shape(BATCH, LENGTH, DIM))) {
      NDArray x = trial.array(BATCH, LENGTH, DIM);
      NDArray whole = trial.forward(x).singletonOrThrow();

      Shape none = new Shape(BATCH, form.kvHeads, 0, SIZE);
      NDArray keys = trial.manager.zeros(none, DataType.FLOAT64);
      NDArray values = trial.manager.zeros(none, DataType.FLOAT64);
      NDList results = new NDList();
      for (String tokens : new String[] {":, 0:3", ":, 3:4", ":, 4:6", ":, 6:7"}) {
        NDList outputs = trial.forward(x.get(tokens), keys, values);
        results.add(outputs.get(0));
        keys = outputs.get(1);
        values = outputs.get(2);
      }
      NDArray joined = NDArrays.concat(results, 1);
      Trial.assertClose(whole.toDoubleArray(), joined.toDoubleArray(), 1e-9);
      long kept = form.window > 0 ? form.window - 1 : LENGTH;
      assertEquals(new Shape(BATCH, form.kvHeads, kept, SIZE), keys.getShape());
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void flashIsThePlainFormula(Form form) {
    try (Trial plain = new Trial(form.build(), new Shape(BATCH, LENGTH, DIM));
        Trial flash =
            new Trial(form.builder().optFlash(true).build(), new Shape(BATCH, LENGTH, DIM))) {
      NDArray x = plain.array(BATCH, LENGTH, DIM);
      NDArray other = flash.array(BATCH, LENGTH, DIM);
      double[] expected = plain.forward(x).singletonOrThrow().toDoubleArray();
      Trial.assertClose(expected, flash.forward(other).singletonOrThrow().toDoubleArray(), 1e-7);
      flash.checkGradients(other);
    }
  }

  @Test
  void aTokenThatComesLaterChangesNothing() {
    Form form = new Form(4, 2, Positions.ROTARY, SIZE, true, 0);
    try (Trial trial = new Trial(form.build(), new Shape(1, LENGTH, DIM))) {
      NDArray x = trial.array(1, LENGTH, DIM);
      NDArray before = trial.forward(x.get(":, :4")).singletonOrThrow();
      NDArray whole = trial.forward(x).singletonOrThrow().get(":, :4");
      Trial.assertClose(before.toDoubleArray(), whole.toDoubleArray(), 1e-12);
    }
  }

  /** The paper's own example: 8 heads have 1/2, 1/4, …, 1/256; of 12 the last 4 lie between. */
  @Test
  void slopesOfAlibi() {
    double[] eight = {1 / 2d, 1 / 4d, 1 / 8d, 1 / 16d, 1 / 32d, 1 / 64d, 1 / 128d, 1 / 256d};
    assertArrayEquals(eight, Alibi.slopes(8), 1e-12);
    double[] twelve = new double[12];
    System.arraycopy(eight, 0, twelve, 0, 8);
    for (int i = 0; i < 4; i++) {
      twelve[8 + i] = Math.pow(2, -(i + 0.5));
    }
    assertArrayEquals(twelve, Alibi.slopes(12), 1e-12);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Attention.Builder three = Attention.builder().setDim(12).setHeads(3).optKvHeads(2);
    assertEquals(
        "3 heads do not share 2 keys and values evenly",
        assertThrows(IllegalArgumentException.class, three::build).getMessage());
    Attention.Builder odd = Attention.builder().setDim(12).setHeads(3).optRotaryDim(3);
    assertEquals(
        "rotaryDim 3 must be even and at most dimHead 4",
        assertThrows(IllegalArgumentException.class, odd::build).getMessage());
  }
}
