package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

/** Images, sounds and clips as tokens, against loops, and where they go among the text. */
class ModalitiesTest {

  private static final int DIM = 6;

  @Test
  void patchesAreReadRowByRow() {
    Shape shape = new Shape(2, 3, 4, 6);
    try (Trial trial = new Trial(new PatchEmbedding(2, 4, DIM), shape)) {
      NDArray pictures = trial.array(2, 3, 4, 6);
      double[] x = pictures.toDoubleArray();
      double[] weight = trial.parameter("projection_weight");
      double[] bias = trial.parameter("projection_bias");
      double[] rows = trial.parameter("rows");
      double[] columns = trial.parameter("columns");
      double[] expected = new double[2 * 6 * DIM];
      int at = 0;
      for (int picture = 0; picture < 2; picture++) {
        for (int row = 0; row < 2; row++) {
          for (int column = 0; column < 3; column++) {
            for (int d = 0; d < DIM; d++) {
              double sum = bias[d] + rows[row * DIM + d] + columns[column * DIM + d];
              int pixel = 0;
              for (int channel = 0; channel < 3; channel++) {
                for (int y = 2 * row; y < 2 * row + 2; y++) {
                  for (int z = 2 * column; z < 2 * column + 2; z++) {
                    sum += weight[d * 12 + pixel++] * x[((picture * 3 + channel) * 4 + y) * 6 + z];
                  }
                }
              }
              expected[at++] = sum;
            }
          }
        }
      }
      double[] actual = trial.forward(pictures).singletonOrThrow().toDoubleArray();
      Trial.assertClose(expected, actual, 1e-9);
      trial.checkGradients(pictures);
    }
  }

  @Test
  void aPictureThatDoesNotDivideIsRefused() {
    try (Trial trial = new Trial(new PatchEmbedding(2, 4, DIM), new Shape(1, 3, 4, 4))) {
      assertEquals(
          "A picture (1, 3, 4, 5) does not divide into at most 4 x 4 patches of 2 x 2 pixels",
          assertThrows(IllegalArgumentException.class, () -> trial.forward(trial.array(1, 3, 4, 5)))
              .getMessage());
    }
  }

  @Test
  void framesOfAClipKnowTheirTime() {
    Shape shape = new Shape(2, 1, 3, 3, 4, 4);
    try (Trial trial = new Trial(new VideoEncoder(2, 2, 3, DIM), shape)) {
      NDArray clip = trial.array(2, 1, 3, 3, 4, 4);
      NDArray tokens = trial.forward(clip).singletonOrThrow().reshape(2, 3, 4, DIM);
      NDArray still = trial.array(1, 1, 1, 3, 4, 4).repeat(2, 3);
      NDArray same = trial.forward(still).singletonOrThrow().reshape(3, 4, DIM);
      double[] times = trial.parameter("times");
      double[] frames = same.toDoubleArray();
      for (int i = 0; i < 4 * DIM; i++) {
        double between = frames[4 * DIM + i] - frames[i];
        assertEquals(times[DIM + i % DIM] - times[i % DIM], between, 1e-9);
      }
      assertEquals(new Shape(2, 3, 4, DIM), tokens.getShape());
      trial.checkGradients(clip);
    }
  }

  /** The discrete Fourier transform and the triangles, written out. */
  @Test
  void logMelSpectrogram() {
    try (Trial trial = new Trial(new AudioEncoder(2, DIM), new Shape(1, 1, 960))) {
      NDArray waves = trial.array(1, 960);
      double[] x = waves.toDoubleArray();
      double[] actual = LogMel.of(waves).toDoubleArray();
      double[] triangles = LogMel.triangles();
      int frames = 1 + 960 / LogMel.HOP;
      double[] expected = new double[frames * LogMel.MELS];
      for (int frame = 0; frame < frames; frame++) {
        double[] power = new double[LogMel.WINDOW / 2 + 1];
        for (int f = 0; f < power.length; f++) {
          double re = 0;
          double im = 0;
          for (int i = 0; i < LogMel.WINDOW; i++) {
            double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / LogMel.WINDOW);
            double value = hann * mirrored(x, frame * LogMel.HOP + i - LogMel.WINDOW / 2);
            re += value * Math.cos(2 * Math.PI * f * i / LogMel.WINDOW);
            im -= value * Math.sin(2 * Math.PI * f * i / LogMel.WINDOW);
          }
          power[f] = re * re + im * im;
        }
        for (int mel = 0; mel < LogMel.MELS; mel++) {
          double sum = 0;
          for (int f = 0; f < power.length; f++) {
            sum += power[f] * triangles[f * LogMel.MELS + mel];
          }
          expected[frame * LogMel.MELS + mel] = (Math.log10(Math.max(1e-8, sum)) + 4) / 4;
        }
      }
      Trial.assertClose(expected, actual, 1e-6);
      NDArray sounds = waves.expandDims(0);
      assertEquals(new Shape(1, 3, DIM), trial.forward(sounds).singletonOrThrow().getShape());
      trial.checkGradients(sounds);
    }
  }

  /** Before its beginning and after its end a sound is mirrored. */
  private static double mirrored(double[] x, int at) {
    int i = at < 0 ? -at : at;
    return x[i < x.length ? i : 2 * (x.length - 1) - i];
  }

  /** A tone is loudest in the triangle around its frequency. */
  @Test
  void aToneIsHeardAtItsPitch() {
    try (Trial trial = new Trial(new RmsNorm(1), new Shape(1, 1))) {
      double[] wave = new double[4000];
      for (int i = 0; i < wave.length; i++) {
        wave[i] = Math.sin(2 * Math.PI * 880 * i / LogMel.RATE);
      }
      NDArray mels = LogMel.of(trial.manager.create(wave, new Shape(1, 4000))).mean(new int[] {1});
      double melsPerTriangle = 2595 * Math.log10(1 + 8000 / 700.0) / 81;
      long expected = Math.round(2595 * Math.log10(1 + 880 / 700.0) / melsPerTriangle) - 1;
      assertEquals(expected, mels.argMax(1).getLong(0));
    }
  }

  private static MultimodalTransformer transformer(boolean tied) {
    return MultimodalTransformer.builder()
        .setDim(DIM)
        .setTextVocabulary(10)
        .optImageCodes(5)
        .optTied(tied)
        .setDecoder(
            Decoder.builder()
                .setDepth(2)
                .setAttention(Attention.builder().setHeads(3).optKvHeads(1).optQkNorm(true)))
        .optImages(7, 2)
        .optAudio(8, 2)
        .optVideo(9, 2, 2)
        .build();
  }

  private static Trial trial(boolean tied) {
    return new Trial(
        transformer(tied),
        new Shape(2, 14),
        new Shape(2, 1, 3, 2, 4),
        new Shape(2, 1, 640),
        new Shape(2, 1, 2, 3, 2, 2));
  }

  @Test
  void allModalitiesInOneForward() {
    for (boolean tied : new boolean[] {false, true}) {
      try (Trial trial = trial(tied)) {
        long[][] tokens = {
          {1, 7, 7, 2, 8, 8, 3, 9, 9, 4, 10, 14, 5, 0},
          {9, 9, 1, 2, 3, 7, 7, 6, 11, 5, 8, 8, 4, 0}
        };
        NDArray ids = trial.manager.create(tokens);
        NDArray image = trial.array(2, 1, 3, 2, 4);
        NDArray sound = trial.array(2, 1, 640);
        NDArray clip = trial.array(2, 1, 2, 3, 2, 2);
        NDList scores = trial.forward(ids, image, sound, clip);
        assertEquals(new Shape(2, 14, 10), scores.get(0).getShape());
        assertEquals(new Shape(2, 14, 5), scores.get(1).getShape());
        trial.checkGradients(ids, image, sound, clip);

        // Order does not matter: arrays are told apart by rank.
        NDList other = trial.forward(clip, sound, ids, image);
        assertArrayEquals(scores.get(0).toDoubleArray(), other.get(0).toDoubleArray());

        // What comes after the first image does not change what came before.
        NDArray changed = image.add(1);
        NDList after = trial.forward(ids, changed, sound, clip);
        double[] before = scores.get(0).get("0, :1").toDoubleArray();
        assertArrayEquals(before, after.get(0).get("0, :1").toDoubleArray(), 1e-12);
      }
    }
  }

  @Test
  void textAlone() {
    try (Trial trial = trial(false)) {
      NDArray ids = trial.manager.create(new long[][] {{1, 2, 3}});
      NDList scores = trial.forward(ids);
      assertEquals(new Shape(1, 3, 10), scores.get(0).getShape());
      // Nothing given changes nothing where no slot is.
      NDList given = trial.forward(ids, trial.array(1, 1, 640));
      double[] expected = scores.get(0).toDoubleArray();
      assertArrayEquals(expected, given.get(0).toDoubleArray(), 1e-12);
    }
  }

  @Test
  void lossOfBothHeads() {
    try (Trial trial = trial(false)) {
      NDArray text = trial.array(1, 3, 10);
      NDArray image = trial.array(1, 3, 5);
      NDArray labels = trial.manager.create(new long[][] {{3, 12, MultimodalLoss.IGNORED}});
      double loss =
          new MultimodalLoss(10).evaluate(new NDList(labels), new NDList(text, image)).getDouble();
      double expected = surprise(text.get(0, 0), 3) + surprise(image.get(0, 1), 2);
      assertEquals(expected / 2, loss, 1e-9);
    }
  }

  private static double surprise(NDArray scores, int target) {
    double sum = 0;
    for (double score : scores.toDoubleArray()) {
      sum += Math.exp(score);
    }
    return Math.log(sum) - scores.getDouble(target);
  }

  @Test
  void codesOfAPictureGiveThePictureThatForwardGives() {
    Shape shape = new Shape(2, 3, 8, 12);
    try (Trial trial = new Trial(new ImageCodec(3, 8), shape)) {
      NDArray pictures = trial.array(2, 3, 8, 12).abs();
      ai.djl.training.ParameterStore store =
          new ai.djl.training.ParameterStore(trial.manager, false);
      ImageCodec codec = (ImageCodec) trial.block;
      NDArray codes = codec.encode(store, pictures);
      assertEquals(new Shape(2, 6), codes.getShape());
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
}
