package gemini.multimodal.sample;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import gemini.multimodal.Generator;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.MultimodalTransformer;
import gemini.multimodal.Part;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * Lets the model that {@link TrainModalities} trained answer, token by token. {@link Options} has
 * the command line.
 */
public final class Generate {

  private final Options options;
  private final NDManager manager;
  private final MultimodalSentencePieceTokenizer tokenizer;
  private final MultimodalTransformer transformer;
  private final ImageCodec codec;

  private Generate(
      Options options,
      NDManager manager,
      MultimodalSentencePieceTokenizer tokenizer,
      MultimodalTransformer transformer,
      ImageCodec codec) {
    this.options = options;
    this.manager = manager;
    this.tokenizer = tokenizer;
    this.transformer = transformer;
    this.codec = codec;
  }

  public static void main(String[] args) throws Exception {
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        Model pictures = Model.newInstance("codec");
        Model model = Model.newInstance("transformer");
        NDManager manager = NDManager.newBaseManager()) {
      Options options = Options.of(args);
      ImageCodec codec = Models.codec();
      MultimodalTransformer transformer = Models.transformer(tokenizer);
      load(pictures, codec, options.folder());
      load(model, transformer, options.folder());
      new Generate(options, manager, tokenizer, transformer, codec).answer();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void load(Model model, Block block, Path folder) throws Exception {
    boolean trained = false;
    if (Files.isDirectory(folder)) {
      // DJL puts the number of epochs between the name and the ending.
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(folder, model.getName() + "-*.params")) {
        trained = files.iterator().hasNext();
      }
    }
    if (!trained) {
      throw new IllegalArgumentException(
          "No trained model in " + folder + ": 'make samples/multimodal' makes one");
    }
    model.setBlock(block);
    model.load(folder, model.getName());
  }

  private void answer() throws IOException {
    List<Part> prompt = List.of(new Part.Text(String.join(" ", options.words())));
    NDList given = new NDList();
    if (options.task() != null) {
      Example example = Example.of(options.task(), new Random(options.exercise()));
      prompt = example.prompt();
      given = Lessons.given(manager, List.of(example));
      System.out.printf("It is given %s: %s%n", options.words().get(0), example.answer());
    }
    long[] ids = tokenizer.encode(prompt);
    long[] answer = generate(true, ids, given, this::show);
    System.out.println();
    show(answer);

    // Now that everything is warm, for time.
    System.out.printf(
        "%.0f tokens a second with the cache, %.0f without%n",
        speed(true, ids, given), speed(false, ids, given));
  }

  private long[] generate(boolean cached, long[] prompt, NDList given, LongConsumer stream) {
    return new Generator(transformer, tokenizer, Lessons.CODES, cached)
        .generate(
            manager, prompt, given, Lessons.LENGTH, options.sampling(), options.seed(), stream);
  }

  private double speed(boolean cached, long[] prompt, NDList given) {
    long start = System.nanoTime();
    int count = generate(cached, prompt, given, id -> {}).length;
    return count * 1e9 / (System.nanoTime() - start);
  }

  private void show(long id) {
    System.out.print(tokenizer.piece(id) + " ");
    System.out.flush();
  }

  private void show(long[] answer) throws IOException {
    List<Part> parts;
    try {
      parts = tokenizer.decode(answer);
    } catch (IllegalArgumentException e) {
      // Draws that are far from the best may be no answer at all.
      System.out.println("That means nothing: " + e.getMessage());
      return;
    }
    for (Part part : parts) {
      if (part instanceof Part.Codes codes && codes.codes().size() == Lessons.CODES) {
        Path file = options.folder().resolve("drawn.png");
        float[] drawn = Examination.picture(manager, codec, codes);
        Gallery gallery = new Gallery();
        gallery.add(Figure.nearest(drawn).pixels(0, 0), drawn);
        gallery.write(file);
        System.out.println("The picture, beside what it looks most like: " + file);
      } else if (part instanceof Part.Text text) {
        System.out.println(text.text());
      }
    }
  }
}
