package gemini.multimodal.sample;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import gemini.multimodal.Generator;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.MultimodalTransformer;
import gemini.multimodal.Part;
import gemini.multimodal.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Lets the model that {@link TrainModalities} trained answer, token by token.
 *
 * <pre>
 * Generate.java [OPTIONS] draw a large red circle
 * Generate.java [OPTIONS] picture|tone|clip [EXERCISE]
 *
 *   --temperature=1  --top-k=0  --top-p=1  --seed=0    how tokens are drawn; the best if none is set
 *   --folder=target/samples/multimodal                 where the model is
 * </pre>
 */
public final class Generate {

  private Generate() {}

  /** What the command line asks for. */
  private record Options(Sampling sampling, long seed, Path folder, List<String> words) {

    static Options of(String[] args) {
      double temperature = 1;
      int topK = 0;
      double topP = 1;
      long seed = 0;
      boolean best = true;
      Path folder = Path.of("target/samples/multimodal");
      int at = 0;
      while (at < args.length && args[at].startsWith("--")) {
        String[] option = args[at].split("=", 2);
        String value = option.length > 1 ? option[1] : "";
        switch (option[0]) {
          case "--temperature" -> temperature = Double.parseDouble(value);
          case "--top-k" -> topK = Integer.parseInt(value);
          case "--top-p" -> topP = Double.parseDouble(value);
          case "--seed" -> seed = Long.parseLong(value);
          case "--folder" -> folder = Path.of(value);
          default -> throw new IllegalArgumentException("No such option: " + args[at]);
        }
        best &= option[0].equals("--folder");
        at++;
      }
      Sampling sampling = best ? Sampling.GREEDY : new Sampling(temperature, topK, topP);
      return new Options(sampling, seed, folder, List.of(args).subList(at, args.length));
    }
  }

  public static void main(String[] args) throws Exception {
    Options options = Options.of(args);
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        Model pictures = Model.newInstance("codec");
        Model model = Model.newInstance("transformer");
        NDManager manager = NDManager.newBaseManager()) {
      ImageCodec codec = Models.codec();
      pictures.setBlock(codec);
      pictures.load(options.folder, "codec");
      MultimodalTransformer transformer = Models.transformer(tokenizer);
      model.setBlock(transformer);
      model.load(options.folder, "transformer");

      List<Part> prompt = List.of(new Part.Text(String.join(" ", options.words)));
      NDList given = new NDList();
      Task task = asked(options.words);
      if (task != null) {
        long number = options.words.size() > 1 ? Long.parseLong(options.words.get(1)) : 0;
        Example example = Example.of(task, new Random(number));
        prompt = example.prompt();
        given = Lessons.given(manager, List.of(example));
        System.out.printf("It is given %s: %s%n", options.words.get(0), example.answer());
      }
      long[] ids = tokenizer.encode(prompt);
      double with = 0;
      double without = 0;
      long[] answer = {};
      // The first time warms up.
      for (boolean cached : new boolean[] {true, true, false}) {
        Generator generator = new Generator(transformer, tokenizer, Lessons.CODES, cached);
        boolean shown = answer.length == 0;
        long start = System.nanoTime();
        answer =
            generator.generate(
                manager,
                ids,
                given,
                Lessons.LENGTH,
                options.sampling,
                options.seed,
                id -> show(shown, tokenizer.piece(id)));
        double speed = answer.length * 1e9 / (System.nanoTime() - start);
        with = cached ? speed : with;
        without = cached ? without : speed;
      }
      System.out.println();
      for (Part part : tokenizer.decode(answer)) {
        if (part instanceof Part.Codes codes) {
          Path file = options.folder.resolve("drawn.png");
          Gallery gallery = new Gallery();
          float[] drawn = Examination.picture(manager, codec, codes);
          gallery.add(Figure.nearest(drawn).pixels(0, 0), drawn);
          gallery.write(file);
          System.out.println("The picture, beside what it looks most like: " + file);
        } else if (part instanceof Part.Text text) {
          System.out.println(text.text());
        }
      }
      System.out.printf("%.0f tokens a second with the cache, %.0f without%n", with, without);
    }
  }

  private static void show(boolean shown, String piece) {
    if (shown) {
      System.out.print(piece + " ");
      System.out.flush();
    }
  }

  private static Task asked(List<String> words) {
    return switch (words.isEmpty() ? "" : words.get(0)) {
      case "picture" -> Task.CAPTION;
      case "tone" -> Task.TONE;
      case "clip" -> Task.MOTION;
      default -> null;
    };
  }
}
