package gemini.multimodal.sample;

import gemini.multimodal.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What the command line of {@link Generate} asks for.
 *
 * @param sampling how tokens are drawn
 * @param seed of the draws
 * @param folder where the trained model is
 * @param words the prompt
 */
record Options(Sampling sampling, long seed, Path folder, List<String> words) {

  /** How it is called. */
  static final String USAGE =
      """
      Generate.java [OPTIONS] draw a large red circle
      Generate.java [OPTIONS] picture|tone|clip [NUMBER]   an exercise of that number
        --temperature=1  --top-k=0  --top-p=1  --seed=0    how to draw tokens; the best if none is set
        --folder=target/samples/multimodal                 where the model is""";

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if an option is none, or its value none of those it takes; or
   *     if there is no prompt
   */
  static Options of(String[] args) {
    double temperature = 1;
    int topK = 0;
    double topP = 1;
    long seed = 0;
    boolean best = true;
    Path folder = Path.of("target/samples/multimodal");
    int at = 0;
    for (; at < args.length && args[at].startsWith("--"); at++) {
      String name = args[at].split("=", 2)[0];
      switch (name) {
        case "--temperature" -> temperature = number(args[at], Double::parseDouble);
        case "--top-k" -> topK = number(args[at], Integer::parseInt);
        case "--top-p" -> topP = number(args[at], Double::parseDouble);
        case "--seed" -> seed = number(args[at], Long::parseLong);
        case "--folder" ->
            folder = Path.of(args[at].substring(name.length()).replaceFirst("=", ""));
        default -> throw new IllegalArgumentException("No such option: " + args[at] + "\n" + USAGE);
      }
      best &= name.equals("--folder");
    }
    // A prompt may come as one argument or as several.
    String prompt = String.join(" ", List.of(args).subList(at, args.length)).strip();
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("There is no prompt\n" + USAGE);
    }
    Sampling sampling = best ? Sampling.GREEDY : new Sampling(temperature, topK, topP);
    return new Options(sampling, seed, folder, List.of(prompt.split("\\s+")));
  }

  private static <T> T number(String option, Function<String, T> parse) {
    String[] parts = option.split("=", 2);
    try {
      return parse.apply(parts.length > 1 ? parts[1] : "");
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Not a number: " + option, e);
    }
  }

  /** The task of which the prompt asks for an exercise; null if the prompt is a text. */
  Task task() {
    return switch (words.get(0)) {
      case "picture" -> Task.CAPTION;
      case "tone" -> Task.TONE;
      case "clip" -> Task.MOTION;
      default -> null;
    };
  }

  /** The number of the exercise; 0 if none is given. */
  long exercise() {
    try {
      return words.size() > 1 ? Long.parseLong(words.get(1)) : 0;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Not the number of an exercise: " + words.get(1), e);
    }
  }
}
