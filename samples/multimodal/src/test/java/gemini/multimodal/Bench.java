package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.util.JsonUtils;
import dev.geminijava.torch.FusedAttention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Times what the model does to be fast against what is plain, in one run, in turns: the fused
 * kernel, and the cache of keys and values. Prints tables and writes a JSON file; the figures that
 * matter are ratios of medians.
 */
public final class Bench {

  /** TorchScript watches the first calls of a program and then compiles it anew. */
  private static final int WARM_UP = 5;

  private static final int HEADS = 8;
  private static final int SIZE = 64;
  private static final int PROMPT = 64;
  private static final int GENERATED = 256;

  private final int rounds;
  private final Map<String, Map<String, Double>> results = new LinkedHashMap<>();

  private Bench(int rounds) {
    this.rounds = rounds;
  }

  /**
   * Runs everything.
   *
   * @param args the number of rounds, and the file for the results; or, to measure the memory of
   *     one attention in a process of its own, {@code flash} or {@code plain}, and the length
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("flash") || args[0].equals("plain")) {
      System.out.println(peakKibibytes(args[0].equals("flash"), Integer.parseInt(args[1])));
      return;
    }
    Bench bench = new Bench(Integer.parseInt(args[0]));
    bench.attention();
    bench.generation();
    Files.writeString(Path.of(args[1]), JsonUtils.GSON_PRETTY.toJson(bench.results));
  }

  private void attention() throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%n%-28s %9s %9s %9s %9s %9s %9s%n",
        "ATTENTION, with gradients",
        "plain ms",
        "flash ms",
        "x faster",
        "plain MiB",
        "flash MiB",
        "x less");
    for (int length : new int[] {512, 1024, 2048}) {
      List<Double> plain = new ArrayList<>();
      List<Double> flash = new ArrayList<>();
      for (int i = 0; i < WARM_UP + rounds; i++) {
        plain.add(attend(false, length));
        flash.add(attend(true, length));
      }
      double plainMillis = median(plain);
      double flashMillis = median(flash);
      double plainBytes = peakInOwnProcess("plain", length);
      double flashBytes = peakInOwnProcess("flash", length);
      results.put(
          "attention, length " + length,
          Map.of(
              "plain over flash, time", plainMillis / flashMillis,
              "plain over flash, memory", plainBytes / flashBytes));
      System.out.printf(
          Locale.ROOT,
          "%-28s %9.1f %9.1f %9.2f %9.0f %9.0f %9.2f%n",
          "length " + length,
          plainMillis,
          flashMillis,
          plainMillis / flashMillis,
          plainBytes / 1024,
          flashBytes / 1024,
          plainBytes / flashBytes);
    }
  }

  /** Milliseconds for causal attention, forward and backward, of one sample. */
  private static double attend(boolean flash, int length) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray[] inputs = new NDArray[3];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = manager.randomNormal(new Shape(1, HEADS, length, SIZE));
        inputs[i].setRequiresGradient(true);
      }
      NDArray bias =
          Attention.builder()
              .setDim(HEADS * SIZE)
              .setHeads(HEADS)
              .build()
              .bias(inputs[0], inputs[1]);
      long begin = System.nanoTime();
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray mixed =
            flash
                ? FusedAttention.attendCausally(inputs[0], inputs[1], inputs[2])
                : Attention.attend(inputs[0], inputs[1], inputs[2], bias);
        collector.backward(mixed.sum());
      }
      return (System.nanoTime() - begin) / 1e6;
    }
  }

  private static double peakInOwnProcess(String which, int length)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                which,
                String.valueOf(length))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes()).trim();
    if (process.waitFor() != 0) {
      throw new IOException("a measured process failed: " + output);
    }
    return Double.parseDouble(output.lines().reduce((a, b) -> b).orElseThrow());
  }

  /** The most that one attention takes beyond what the process has, as Linux counts it. */
  private static long peakKibibytes(boolean flash, int length) throws IOException {
    // All classes and kernels are loaded by this.
    attend(flash, 16);
    long before = kibibytes("VmRSS:");
    attend(flash, length);
    return kibibytes("VmHWM:") - before;
  }

  private static long kibibytes(String which) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(which))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private void generation() throws IOException {
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load();
        NDManager manager = NDManager.newBaseManager()) {
      MultimodalTransformer model =
          MultimodalTransformer.builder()
              .setDim(256)
              .setTextVocabulary(tokenizer.vocabulary())
              .setDecoder(
                  Decoder.builder()
                      .setDepth(4)
                      .setAttention(Attention.builder().setHeads(8).optKvHeads(2).optQkNorm(true)))
              .build();
      manager.getEngine().setRandomSeed(1);
      model.initialize(manager, DataType.FLOAT32, new Shape(1, PROMPT));
      List<Double> with = new ArrayList<>();
      List<Double> without = new ArrayList<>();
      for (int i = 0; i < WARM_UP + rounds; i++) {
        with.add(generate(manager, model, tokenizer, true));
        without.add(generate(manager, model, tokenizer, false));
      }
      double ratio = median(without) / median(with);
      results.put("generation", Map.of("with the cache over without, tokens per second", ratio));
      System.out.printf(
          Locale.ROOT,
          "%nGENERATION of %d tokens after %d%n%-28s %9.0f tokens/s%n%-28s %9.0f tokens/s %9.2f x%n",
          GENERATED,
          PROMPT,
          "without the cache",
          GENERATED * 1e3 / median(without),
          "with the cache",
          GENERATED * 1e3 / median(with),
          ratio);
    }
  }

  /** Milliseconds for a whole generation. */
  private static double generate(
      NDManager manager,
      MultimodalTransformer model,
      MultimodalSentencePieceTokenizer tokenizer,
      boolean cached) {
    int last = tokenizer.vocabulary();
    long[] prompt = LongStream.range(last - PROMPT, last).toArray();
    long begin = System.nanoTime();
    long[] answer =
        new Generator(model, tokenizer, 0, cached)
            .generate(manager, prompt, new NDList(), GENERATED, Sampling.GREEDY, 0, id -> {});
    if (answer.length < GENERATED) {
      throw new IllegalStateException("It came to its end after " + answer.length + " tokens");
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.subList(WARM_UP, values.size()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
