package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole model, in several forms, against loops. */
class TransformerTest {

  private static final int DIM = 12;
  private static final int HEADS = 3;
  private static final int DEPTH = 2;
  private static final int WORDS = 10;
  private static final int CODES = 5;
  private static final int IMAGE = 7;
  private static final int SOUND = 8;
  private static final int CLIP = 9;

  /** Two images, a sound and a clip among words and image codes, each sample in its own order. */
  private static final long[][] IDS = {
    {1, 7, 7, 2, 8, 8, 3, 9, 9, 4, 7, 7, 10, 14, 5},
    {9, 9, 1, 2, 3, 7, 7, 7, 7, 6, 11, 5, 8, 8, 4}
  };

  /** A form of the model. */
  record Form(Positions positions, Norm norm, boolean gated, boolean tied) {

    MultimodalTransformer build() {
      Attention.Builder attention =
          Attention.builder().setHeads(HEADS).optKvHeads(1).optPositions(positions).optQkNorm(true);
      return MultimodalTransformer.builder()
          .setDim(DIM)
          .setTextVocabulary(WORDS)
          .optImageCodes(CODES)
          .optTied(tied)
          .setDecoder(
              Decoder.builder()
                  .setDepth(DEPTH)
                  .optNorm(norm)
                  .setAttention(attention)
                  .optFeedForward(FeedForward.builder().optHidden(7).optGated(gated))
                  .optMaxLength(positions == Positions.LEARNED ? 20 : 0))
          .optImages(IMAGE, 2)
          .optAudio(SOUND, 2)
          .optVideo(CLIP, 2, 2)
          .build();
    }

    Reference.Options options() {
      // Of three heads, two have the slopes of two, and one the first of four.
      double[] slopes = {Math.pow(2, -4), Math.pow(2, -8), Math.pow(2, -2)};
      int size = DIM / HEADS;
      return new Reference.Options(HEADS, 1, size, positions, size, true, 0, slopes);
    }
  }

  static Stream<Form> forms() {
    return Stream.of(
        new Form(Positions.NONE, Norm.LAYER, false, false),
        new Form(Positions.LEARNED, Norm.LAYER, false, true),
        new Form(Positions.ROTARY, Norm.RMS, true, false),
        new Form(Positions.XPOS, Norm.RMS, true, true),
        new Form(Positions.ALIBI, Norm.LAYER, true, false));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void computesWhatLoopsCompute(Form form) {
    Shape[] shapes = {
      new Shape(2, 15), new Shape(2, 2, 3, 2, 4), new Shape(2, 1, 640), new Shape(2, 1, 2, 3, 2, 2)
    };
    try (Trial trial = new Trial(form.build(), shapes)) {
      NDArray ids = trial.manager.create(IDS);
      NDArray images = trial.array(2, 2, 3, 2, 4);
      NDArray sounds = trial.array(2, 1, 640);
      NDArray clips = trial.array(2, 1, 2, 3, 2, 2);
      Map<Long, double[][][]> features = new HashMap<>();
      features.put((long) IMAGE, features(trial, "image", images));
      features.put((long) SOUND, features(trial, "audio", sounds));
      features.put((long) CLIP, features(trial, "video", clips));

      NDList scores = trial.forward(ids, images, sounds, clips);
      assertEquals(2, scores.size());
      for (int sample = 0; sample < 2; sample++) {
        double[][] y = reference(form, trial, sample, features);
        double[][] table = Reference.rows(trial.parameter("table"), DIM);
        double[] words = Reference.flat(Arrays.copyOf(table, WORDS));
        double[] codes = Reference.flat(Arrays.copyOfRange(table, WORDS, WORDS + CODES));
        double[][] text =
            Reference.linear(y, form.tied ? words : trial.parameter("text_weight"), null);
        double[][] image =
            Reference.linear(y, form.tied ? codes : trial.parameter("heads_.*image_weight"), null);
        Trial.assertClose(Reference.flat(text), scores.get(0).get(sample).toDoubleArray(), 1e-6);
        Trial.assertClose(Reference.flat(image), scores.get(1).get(sample).toDoubleArray(), 1e-6);
      }
      trial.checkGradients(ids, images, sounds, clips);
    }
  }

  /** What an encoder makes of its input, {@code [sample][token][dim]}; it has tests of its own. */
  private static double[][][] features(Trial trial, String name, NDArray given) {
    Block encoder =
        trial.block.getChildren().stream()
            .filter(child -> child.getKey().endsWith(name))
            .findFirst()
            .orElseThrow()
            .getValue();
    NDArray made =
        encoder
            .forward(new ParameterStore(trial.manager, false), new NDList(given), false)
            .singletonOrThrow();
    double[][][] features = new double[2][][];
    for (int sample = 0; sample < 2; sample++) {
      features[sample] = Reference.rows(made.get(sample).toDoubleArray(), DIM);
    }
    return features;
  }

  private static double[][] reference(
      Form form, Trial trial, int sample, Map<Long, double[][][]> features) {
    double[][] table = Reference.rows(trial.parameter("table"), DIM);
    double[][] x = new double[IDS[sample].length][];
    Map<Long, Integer> taken = new HashMap<>();
    for (int i = 0; i < x.length; i++) {
      long id = IDS[sample][i];
      x[i] =
          features.containsKey(id)
              ? features.get(id)[sample][taken.merge(id, 1, Integer::sum) - 1].clone()
              : table[(int) id].clone();
      if (form.positions == Positions.LEARNED) {
        double[] place = Reference.rows(trial.parameter("places"), DIM)[i];
        for (int d = 0; d < DIM; d++) {
          x[i][d] += place[d];
        }
      }
    }
    return Reference.decoder(x, DEPTH, form.norm, form.gated, form.options(), trial::parameter);
  }
}
