package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Generation with the cache and without, from prompts with a sound and images to make. */
class GeneratorTest {

  private static final int CODES = 4;

  private NDManager manager;
  private MultimodalSentencePieceTokenizer tokenizer;
  private MultimodalTransformer model;

  @BeforeEach
  void make() throws Exception {
    manager = NDManager.newBaseManager();
    tokenizer = MultimodalSentencePieceTokenizer.load();
    model = model(0);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    manager.close();
  }

  private MultimodalTransformer model(int window) {
    return model(window, Positions.ROTARY);
  }

  private MultimodalTransformer model(int window, Positions positions) {
    MultimodalTransformer made =
        MultimodalTransformer.builder()
            .setDim(24)
            .setTextVocabulary(tokenizer.vocabulary())
            .optImageCodes(ImageCodec.codes())
            .setDecoder(
                Decoder.builder()
                    .setDepth(3)
                    .setAttention(
                        Attention.builder()
                            .setHeads(4)
                            .optKvHeads(2)
                            .optQkNorm(true)
                            .optPositions(positions)
                            .optWindow(window))
                    .optMaxLength(positions == Positions.LEARNED ? 40 : 0))
            .optAudio(tokenizer.slot(Modality.AUDIO), 2)
            .build();
    made.setInitializer(new NormalInitializer(0.3f), Parameter.Type.WEIGHT);
    manager.getEngine().setRandomSeed(3);
    made.initialize(manager, DataType.FLOAT32, new Shape(1, 8), new Shape(1, 1, 640));
    return made;
  }

  private long[] generate(boolean cached, List<Part> prompt, Sampling sampling, long seed) {
    Generator generator = new Generator(model, tokenizer, CODES, cached);
    NDList sound = new NDList(manager.arange(640f).mul(0.3).sin().reshape(1, 1, 640));
    long[] ids = tokenizer.encode(prompt);
    return generator.generate(manager, ids, sound, 24, sampling, seed, id -> {});
  }

  private static List<Part> heard(String text) {
    return List.of(new Part.Given(Modality.AUDIO, 2), new Part.Text(text));
  }

  @Test
  void theCacheChangesNothing() {
    for (int window : new int[] {0, 5}) {
      model = model(window);
      for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(1, 0, 1))) {
        long[] with = generate(true, heard("a soft"), sampling, 7);
        assertArrayEquals(generate(false, heard("a soft"), sampling, 7), with);
        assertTrue(with.length > 0);
      }
    }
  }

  static Stream<Arguments> positionsAndWindows() {
    return Stream.of(Positions.values())
        .flatMap(p -> Stream.of(arguments(p, 0), arguments(p, 5)))
        .filter(a -> a.get()[0] != Positions.LEARNED || a.get()[1].equals(0));
  }

  /** The scores themselves, to 1e-5, of a prompt and then one token after the other. */
  @ParameterizedTest
  @MethodSource("positionsAndWindows")
  void cachedScoresAreThoseOfTheWhole(Positions positions, int window) {
    model = model(window, positions);
    NDArray ids = manager.create(new Random(1).longs(40, 20, 700).toArray()).expandDims(0);
    NDArray whole = forward(new NDList(ids)).get(0);
    NDList past = model.emptyCache(manager, 1);
    double largest = 0;
    int from = 0;
    for (int to = 9; to <= 40; to++) {
      NDList inputs = new NDList(ids.get(":, {}:{}", from, to));
      inputs.addAll(past);
      NDList outputs = forward(inputs);
      past = outputs.subNDList(2);
      NDArray gap = outputs.get(0).sub(whole.get(":, {}:{}", from, to)).abs().max();
      largest = Math.max(largest, gap.getFloat() / whole.abs().max().getFloat());
      from = to;
    }
    assertEquals(0, largest, 1e-5);
    assertEquals(window > 0 ? window - 1 : 40, past.head().getShape().get(2));
  }

  private NDList forward(NDList inputs) {
    return model.forward(new ParameterStore(manager, false), inputs, false);
  }

  @Test
  void aSeedAlwaysGivesTheSame() {
    Sampling sampling = new Sampling(1, 0, 1);
    long[] first = generate(true, heard("a"), sampling, 1);
    assertArrayEquals(first, generate(true, heard("a"), sampling, 1));
    assertTrue(!Arrays.equals(first, generate(true, heard("a"), sampling, 2)));
  }

  @Test
  void anImageHasItsCodesAndEnds() {
    long[] prompt = tokenizer.encode(heard("draw"));
    long[] begun = Arrays.copyOf(prompt, prompt.length + 1);
    begun[prompt.length] = tokenizer.begin(Modality.IMAGE);
    Generator generator = new Generator(model, tokenizer, CODES, true);
    NDList sound = new NDList(manager.zeros(new Shape(1, 1, 640)));
    List<Long> streamed = new ArrayList<>();
    long[] made =
        generator.generate(manager, begun, sound, CODES + 1, Sampling.GREEDY, 0, streamed::add);
    for (int i = 0; i < CODES; i++) {
      assertTrue(made[i] >= tokenizer.vocabulary(), () -> Arrays.toString(made));
    }
    assertEquals(tokenizer.end(Modality.IMAGE), made[CODES]);
    assertArrayEquals(made, streamed.stream().mapToLong(Long::longValue).toArray());
  }

  @Test
  void samplingKeepsTheBestOnly() {
    float[] scores = {0, 3, 1, 2};
    assertEquals(1, Sampling.GREEDY.next(scores, new Random(1)));
    assertEquals(List.of(1, 3), drawn(new Sampling(1, 2, 1), scores));
    // e³ : e² : e¹ : e⁰ are 64, 24, 9 and 3 of a hundred.
    assertEquals(List.of(1), drawn(new Sampling(1, 0, 0.6), scores));
    assertEquals(List.of(1, 3), drawn(new Sampling(1, 0, 0.7), scores));
    assertEquals(List.of(0, 1, 2, 3), drawn(new Sampling(5, 0, 1), scores));
    assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 0, 0));
  }

  /** Draws have the probabilities of the softmax of scores over temperature. */
  @Test
  void drawsFollowTheProbabilities() {
    float[] scores = {0, 2};
    Random random = new Random(9);
    Sampling sampling = new Sampling(2, 0, 1);
    int count = 0;
    for (int i = 0; i < 20_000; i++) {
      count += sampling.next(scores, random);
    }
    assertEquals(Math.E / (1 + Math.E), count / 20_000.0, 0.01);
  }

  private static List<Integer> drawn(Sampling sampling, float[] scores) {
    Random random = new Random(4);
    return random
        .ints(500)
        .mapToObj(i -> sampling.next(scores, random))
        .distinct()
        .sorted()
        .toList();
  }
}
