package dev.geminijava.tests.bench;

import ai.djl.Model;
import ai.djl.engine.Engine;
import com.google.gson.GsonBuilder;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.CompiledModels;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.MultimodalSources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Times training over virtual devices against DJL on one device, in one run, in turns. Prints a
 * table and writes {@code bench.json}. All figures are ratios of medians; close other programs
 * first.
 */
public final class Bench {

  private final int rounds;
  private final Map<String, Map<String, Double>> results = new LinkedHashMap<>();

  private Bench(int rounds) {
    this.rounds = Trial.WARM_UP + rounds;
  }

  /**
   * Runs everything.
   *
   * @param args the number of rounds after the warm-up, the file for the results and, for one table
   *     only, its name
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Engine.getInstance();
    Bench bench = new Bench(Integer.parseInt(args[0]));
    List<String> only = List.of(args).subList(2, args.length);
    for (Subject subject : Subject.values()) {
      if (isWanted(only, subject.name())) {
        bench.parallel(subject.name(), subject, subject, subject.batch);
      }
    }
    if (isWanted(only, "MULTIMODAL")) {
      try (CompiledModels models = CompiledModels.of(MultimodalSources.with("Captions"))) {
        bench.parallel("MULTIMODAL", models.written("Captions"), models.rewritten("Captions"), 16);
      }
    }
    if (isWanted(only, "PLAIN")) {
      bench.degreeOne();
    }
    Files.writeString(
        Path.of(args[1]), new GsonBuilder().setPrettyPrinting().create().toJson(bench.results));
  }

  private static boolean isWanted(List<String> only, String table) {
    return only.isEmpty() || only.contains(table);
  }

  /** Trains the same model as its author wrote it and, in parallel, as the compiler rewrote it. */
  private void parallel(String subject, Example written, Example rewritten, int batch)
      throws IOException {
    List<Trial> trials = new ArrayList<>();
    trials.add(new Trial("one device, 1 thread", written, batch, 1, model -> model));
    trials.add(new Trial("one device, 2 threads", written, batch, 2, model -> model));
    Map<String, Path> traces = new LinkedHashMap<>();
    for (int microBatches : new int[] {4, 8}) {
      String name = "pipeline 2, " + microBatches + " micro-batches";
      Path trace = Files.createTempFile("bench", ".json");
      traces.put(name, trace);
      trials.add(
          new Trial(
              name,
              rewritten,
              batch,
              2,
              as(
                  GeminiConfig.builder()
                      .mode(ParallelMode.PIPELINE)
                      .pipelineDegree(2)
                      .microBatches(microBatches)
                      .trace(trace)
                      .quiet(true)
                      .build())));
    }
    trials.add(
        new Trial(
            "sharding 2",
            rewritten,
            batch,
            2,
            as(
                GeminiConfig.builder()
                    .mode(ParallelMode.SHARDING)
                    .shardingSize(2)
                    .quiet(true)
                    .build())));
    for (int round = 0; round < rounds; round++) {
      trials.forEach(Trial::step);
    }
    double one = trials.get(0).median();
    double both = trials.get(1).median();
    System.out.printf(
        Locale.ROOT,
        "%n%-28s %9s %12s %13s %9s%n",
        subject,
        "ms/step",
        "x 1 thread",
        "x 2 threads",
        "formula");
    for (Trial trial : trials) {
      trial.close();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("millis", trial.median());
      figures.put("over one thread", one / trial.median());
      figures.put("over two threads", both / trial.median());
      String formula = "";
      if (traces.containsKey(trial.name)) {
        double share = Formula.share(traces.get(trial.name));
        figures.put("of the formula", share);
        formula = String.format(Locale.ROOT, "%.2f", share);
      }
      results.put(subject + ", " + trial.name, figures);
      System.out.printf(
          Locale.ROOT,
          "%-28s %9.0f %12.2f %13.2f %9s%n",
          trial.name,
          trial.median(),
          one / trial.median(),
          both / trial.median(),
          formula);
    }
  }

  private static UnaryOperator<Model> as(GeminiConfig config) {
    return model -> GeminiModel.of(model, config);
  }

  /** The same program with DJL alone and with our copies of DJL's classes before it. */
  private void degreeOne() throws IOException, InterruptedException {
    List<String> with = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    List<String> without =
        with.stream().filter(entry -> !entry.contains("gemini-runtime")).toList();
    List<Double> djl = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      djl.add(inOwnProcess(without, "plain")[0]);
      ours.add(inOwnProcess(with, "plain")[0]);
    }
    double ratio = Trial.median(ours) / Trial.median(djl);
    results.put("degree 1 over plain DJL", Map.of("ratio", ratio));
    System.out.printf(Locale.ROOT, "%ndegree 1 over plain DJL: %.3f%n", ratio);
    memory(without, with);
  }

  /** What whole processes take; what each device takes stands in the run's own table. */
  private void memory(List<String> without, List<String> with)
      throws IOException, InterruptedException {
    double djl = inOwnProcess(without, "plain")[1];
    System.out.printf(
        Locale.ROOT,
        "%nmemory of the process, %s%n%-28s %6.0f MiB%n",
        Subject.BERT,
        "plain DJL",
        djl);
    for (String mode : List.of("pipeline", "sharding")) {
      double ours = inOwnProcess(with, mode)[1];
      results.put("memory, " + mode + " 2", Map.of("MiB", ours, "over plain DJL", ours / djl));
      System.out.printf(Locale.ROOT, "%-28s %6.0f MiB %9.2f%n", mode + " 2", ours, ours / djl);
    }
  }

  /** Milliseconds for a batch and mebibytes in all. */
  private double[] inOwnProcess(List<String> classPath, String mode)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                String.join(File.pathSeparator, classPath),
                OwnProcess.class.getName(),
                Subject.BERT.name(),
                String.valueOf(rounds),
                mode)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    if (!mode.equals("plain")) {
      // As the launcher does.
      builder.environment().put("MALLOC_ARENA_MAX", "1");
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes()).trim();
    if (process.waitFor() != 0) {
      throw new IOException("a timed process failed: " + output);
    }
    String[] figures = output.lines().reduce((a, b) -> b).orElseThrow().split(" ");
    return new double[] {Double.parseDouble(figures[0]), Double.parseDouble(figures[1])};
  }
}
