package gemini.multimodal.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.ArrayDataset;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalLoss;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.Part;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Exercises as arrays. */
final class Lessons {

  /** The longest exercise with its answer, in tokens. */
  static final int LENGTH = 32;

  /** How many codes make a picture. */
  static final int CODES = Figure.SIDE / ImageCodec.SCALE * (Figure.SIDE / ImageCodec.SCALE);

  static final Shape PICTURE = new Shape(3, Figure.SIDE, Figure.SIDE);

  private final MultimodalSentencePieceTokenizer tokenizer;
  private final ImageCodec codec;

  Lessons(MultimodalSentencePieceTokenizer tokenizer, ImageCodec codec) {
    this.tokenizer = tokenizer;
    this.codec = codec;
  }

  /** Pictures to learn codes from: data and labels are the same. */
  static ArrayDataset pictures(NDManager manager, List<Example> examples, int batch) {
    List<float[]> pictures =
        examples.stream().map(Example::image).filter(image -> image.length > 0).toList();
    NDArray pixels = manager.create(joined(pictures), shape(pictures.size(), PICTURE));
    return new ArrayDataset.Builder()
        .setData(pixels)
        .optLabels(pixels)
        .setSampling(batch, true)
        .build();
  }

  /** Exercises of all tasks, in batches that mix them. */
  ArrayDataset exercises(NDManager manager, List<Example> examples, int batch) {
    int[][] codes = codes(manager, examples);
    long[] ids = new long[examples.size() * LENGTH];
    long[] labels = new long[examples.size() * LENGTH];
    Arrays.fill(labels, MultimodalLoss.IGNORED);
    for (int i = 0; i < examples.size(); i++) {
      long[] prompt = tokenizer.encode(examples.get(i).prompt());
      long[] answer = answer(examples.get(i), codes[i]);
      long[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
      System.arraycopy(answer, 0, all, prompt.length, answer.length);
      System.arraycopy(all, 0, ids, i * LENGTH, all.length - 1);
      System.arraycopy(answer, 0, labels, i * LENGTH + prompt.length - 1, answer.length);
    }
    NDList data = new NDList(manager.create(ids, new Shape(examples.size(), LENGTH)));
    data.addAll(given(manager, examples));
    return new ArrayDataset.Builder()
        .setData(data.toArray(new NDArray[0]))
        .optLabels(manager.create(labels, new Shape(examples.size(), LENGTH)))
        .setSampling(batch, true)
        .build();
  }

  /** What the slots stand for; where an exercise gives nothing, nothing looks at the zeros. */
  static NDList given(NDManager manager, List<Example> examples) {
    int count = examples.size();
    Shape clip = new Shape(1, Clip.FRAMES).addAll(PICTURE);
    return new NDList(
        manager.create(
            joined(
                examples.stream()
                    .map(e -> given(e, Task.CAPTION, e.image(), Math.toIntExact(PICTURE.size())))
                    .toList()),
            shape(count, new Shape(1).addAll(PICTURE))),
        manager.create(
            joined(
                examples.stream().map(e -> given(e, Task.TONE, e.sound(), Tone.SAMPLES)).toList()),
            new Shape(count, 1, Tone.SAMPLES)),
        manager.create(
            joined(
                examples.stream()
                    .map(e -> given(e, Task.MOTION, e.clip(), Math.toIntExact(clip.size())))
                    .toList()),
            shape(count, clip)));
  }

  private static float[] given(Example example, Task task, float[] numbers, int size) {
    return example.task() == task ? numbers : new float[size];
  }

  private long[] answer(Example example, int[] codes) {
    List<Part> parts =
        example.task() == Task.DRAW
            ? List.of(new Part.Codes(IntStream.of(codes).boxed().toList()))
            : List.of(new Part.Text(example.answer()));
    long[] ids = tokenizer.encode(parts);
    long[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = tokenizer.end();
    return ended;
  }

  /** The codes of the pictures to draw; nothing for other tasks. */
  private int[][] codes(NDManager manager, List<Example> examples) {
    int[][] codes = new int[examples.size()][];
    for (int i = 0; i < codes.length; i++) {
      if (examples.get(i).task() == Task.DRAW) {
        try (NDManager scope = manager.newSubManager()) {
          NDArray picture = scope.create(examples.get(i).image(), shape(1, PICTURE));
          NDArray code = codec.encode(new ParameterStore(scope, false), picture);
          codes[i] = Arrays.stream(code.toLongArray()).mapToInt(Math::toIntExact).toArray();
        }
      }
    }
    return codes;
  }

  private static Shape shape(int count, Shape each) {
    return new Shape(count).addAll(each);
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
