package gemini.multimodal.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import gemini.multimodal.Generator;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.MultimodalTransformer;
import gemini.multimodal.Part;
import gemini.multimodal.Sampling;
import java.util.List;

/** What a trained model answers, and whether it is right. */
final class Examination {

  private static final int HUNG = 32;

  private final ImageCodec codec;
  private final MultimodalSentencePieceTokenizer tokenizer;
  private final Generator generator;
  private final Gallery gallery = new Gallery();
  private int hung;

  Examination(
      MultimodalTransformer transformer,
      ImageCodec codec,
      MultimodalSentencePieceTokenizer tokenizer) {
    this.codec = codec;
    this.tokenizer = tokenizer;
    generator = new Generator(transformer, tokenizer, Lessons.CODES, true);
  }

  /** The share of a task's exercises that are answered right. */
  double take(NDManager manager, Task task, List<Example> examples) {
    List<Example> own = examples.stream().filter(e -> e.task() == task).toList();
    return own.stream().filter(example -> isRight(manager, example)).count() / (double) own.size();
  }

  private boolean isRight(NDManager manager, Example example) {
    try (NDManager scope = manager.newSubManager()) {
      List<Part> answer = answer(scope, example);
      if (answer.size() != 1) {
        return false;
      }
      if (example.task() == Task.DRAW) {
        return answer.get(0) instanceof Part.Codes codes && shows(scope, codes, example.figure());
      }
      return answer.get(0).equals(new Part.Text(example.answer()));
    }
  }

  private List<Part> answer(NDManager manager, Example example) {
    NDList given = Lessons.given(manager, List.of(example));
    long[] prompt = tokenizer.encode(example.prompt());
    long[] answer =
        generator.generate(manager, prompt, given, Lessons.LENGTH, Sampling.GREEDY, 0, id -> {});
    try {
      return tokenizer.decode(answer);
    } catch (IllegalArgumentException e) {
      // What makes no sense is no right answer.
      return List.of();
    }
  }

  private boolean shows(NDManager manager, Part.Codes codes, Figure figure) {
    float[] drawn = picture(manager, codec, codes);
    if (hung < HUNG) {
      gallery.add(figure.pixels(0, 0), drawn);
      hung++;
    }
    return Figure.nearest(drawn).equals(figure);
  }

  /** The pixels of a picture that was made. */
  static float[] picture(NDManager manager, ImageCodec codec, Part.Codes image) {
    long[] codes = image.codes().stream().mapToLong(Integer::longValue).toArray();
    NDArray row = manager.create(codes, new Shape(1, codes.length));
    int rows = Figure.SIDE / ImageCodec.SCALE;
    return codec.decode(new ParameterStore(manager, false), row, rows).toFloatArray();
  }

  /** Pictures that were drawn, beside what was asked for. */
  Gallery gallery() {
    return gallery;
  }
}
