package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Images, sounds and clips as tokens, against loops, and where they go among the text. */
class ModalitiesTest {

  private static final int DIM = 6;

  @Test
  void patchesAreReadRowByRow() {
    Shape shape = new Shape(2, 3, 4, 6);
    try (Trial trial = new Trial(new PatchEmbedding(2, 4, DIM), shape)) {
      NDArray pictures = trial.array(2, 3, 4, 6);
      double[] expected = Reference.flat(patches(trial, pictures, 2, 3));
      double[] actual = trial.forward(pictures).singletonOrThrow().toDoubleArray();
      Trial.assertClose(expected, actual, 1e-9);
      trial.checkGradients(pictures);
    }
  }

  /** The tokens of pictures in patches of 2 x 2 pixels, with three channels. */
  private static double[][] patches(Trial trial, NDArray pictures, int high, int wide) {
    double[] x = pictures.toDoubleArray();
    double[] weight = trial.parameter("projection_weight");
    double[] bias = trial.parameter("projection_bias");
    double[] rows = trial.parameter("rows");
    double[] columns = trial.parameter("columns");
    int count = x.length / (3 * 4 * high * wide);
    double[][] tokens = new double[count * high * wide][DIM];
    for (int at = 0; at < tokens.length; at++) {
      int picture = at / (high * wide);
      int row = at / wide % high;
      int column = at % wide;
      for (int d = 0; d < DIM; d++) {
        double sum = bias[d] + rows[row * DIM + d] + columns[column * DIM + d];
        int pixel = 0;
        for (int channel = 0; channel < 3; channel++) {
          for (int y = 2 * row; y < 2 * row + 2; y++) {
            for (int z = 2 * column; z < 2 * column + 2; z++) {
              int place = ((picture * 3 + channel) * 2 * high + y) * 2 * wide + z;
              sum += weight[d * 12 + pixel++] * x[place];
            }
          }
        }
        tokens[at][d] = sum;
      }
    }
    return tokens;
  }

  @Test
  void imagesOfASampleFollowEachOther() {
    try (Trial trial = new Trial(new ImageEncoder(2, 4, DIM), new Shape(2, 3, 3, 4, 2))) {
      NDArray images = trial.array(2, 3, 3, 4, 2);
      NDArray tokens = trial.forward(images).singletonOrThrow();
      assertEquals(new Shape(2, 6, DIM), tokens.getShape());
      double[][] expected = patches(trial, images, 2, 1);
      Trial.assertClose(Reference.flat(expected), tokens.toDoubleArray(), 1e-9);
      trial.checkGradients(images);
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
      double[][] expected = patches(trial, clip, 2, 2);
      double[] times = trial.parameter("times");
      for (int token = 0; token < expected.length; token++) {
        int frame = token / 4 % 3;
        for (int d = 0; d < DIM; d++) {
          expected[token][d] += times[frame * DIM + d];
        }
      }
      NDArray tokens = trial.forward(clip).singletonOrThrow();
      assertEquals(new Shape(2, 12, DIM), tokens.getShape());
      Trial.assertClose(Reference.flat(expected), tokens.toDoubleArray(), 1e-9);
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
            sum += power[f] * triangle(mel, f * 40.0);
          }
          expected[frame * LogMel.MELS + mel] = (Math.log10(Math.max(1e-8, sum)) + 4) / 4;
        }
      }
      Trial.assertClose(expected, actual, 1e-6);
      // Seven frames: three tokens of two each, and one that is not heard.
      double[] heard = Arrays.copyOf(expected, 6 * LogMel.MELS);
      double[][] tokens =
          Reference.linear(
              Reference.rows(heard, 2 * LogMel.MELS),
              trial.parameter("projection_weight"),
              trial.parameter("projection_bias"));
      NDArray sounds = waves.expandDims(0);
      NDArray made = trial.forward(sounds).singletonOrThrow();
      assertEquals(new Shape(1, 3, DIM), made.getShape());
      Trial.assertClose(Reference.flat(tokens), made.toDoubleArray(), 1e-5);
      trial.checkGradients(sounds);
    }
  }

  /** A triangle of 80 over the mels up to those of 8 kHz, straight in hertz. */
  private static double triangle(int mel, double hertz) {
    double[] corners = new double[3];
    for (int i = 0; i < 3; i++) {
      double mels = (mel + i) * 2595 * Math.log10(1 + 8000 / 700.0) / 81;
      corners[i] = 700 * (Math.pow(10, mels / 2595) - 1);
    }
    if (hertz <= corners[0] || hertz >= corners[2]) {
      return 0;
    }
    return hertz < corners[1]
        ? (hertz - corners[0]) / (corners[1] - corners[0])
        : (corners[2] - hertz) / (corners[2] - corners[1]);
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
}
