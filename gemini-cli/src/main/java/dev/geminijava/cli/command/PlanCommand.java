package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.plan.Measured;
import dev.geminijava.cli.plan.PlanJson;
import dev.geminijava.cli.plan.PlanPage;
import dev.geminijava.cli.plan.PlanText;
import dev.geminijava.cli.plan.Prediction;
import dev.geminijava.cli.plan.Scenario;
import dev.geminijava.cli.plan.Speeds;
import dev.geminijava.cli.plan.TraceReader;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Pace;
import dev.geminijava.runtime.mesh.DeviceMesh;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java plan}. */
@Command(
    name = "plan",
    description = {
      "Show what goes where and why, how long a training step takes, what it moves and holds, and"
          + " whether it is worth it.",
      "Nothing of the program is run.",
      "Words after -- are the program's arguments: gemini-java plan Train.java -- tiny 10"
    })
final class PlanCommand implements Callable<Integer> {

  /** The passes whose insertions the plan explains block by block. */
  private static final Set<String> PLANNED = Set.of("cut-stages", "shard-layers");

  /** How to show a plan; the names are those that users write. */
  private enum Form {
    text,
    json,
    html
  }

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "With --format=json or html: where to write it. Else: write the degrees and the schedule"
              + " to a file for --plan.")
  private Path output;

  @Mixin private SizeOptions sizes;

  @Option(
      names = "--calibrate",
      description =
          "Measure this machine first, for about a second, instead of figures of the order of"
              + " magnitude. Do so while nothing else runs.")
  private boolean calibrate;

  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure, IOException {
    GeminiConfig config;
    input.settings();
    try {
      config = GeminiConfig.fromEnvironment();
    } catch (GeminiConfigException e) {
      throw new UsageException(e.getMessage());
    }
    Optional<Measured> measured = measured(config);
    // Neither needs the other, and each takes its time.
    CompletableFuture<Understanding> understood =
        CompletableFuture.supplyAsync(() -> sizes.understand(input));
    Compilation compilation = input.compile();
    Understanding understanding = understood.join();
    Scenario scenario = sizes.scenario(config, understanding);
    if (calibrate) {
      DeviceMesh mesh = scenario.mesh();
      scenario = scenario.on(Speeds.of(Pace.measure(mesh.size(), mesh.threadsPerRank())));
    }
    List<Prediction> predictions = sizes.predictions(scenario, understanding, compilation);
    PrintWriter out = spec.commandLine().getOut();
    if (format == Form.text) {
      predictions.forEach(p -> out.print(PlanText.of(p, measured)));
      explain(compilation, out);
      if (predictions.isEmpty()) {
        out.println(
            understanding.models().isEmpty()
                ? "These files make no model that a plan could be about."
                : "No model of these files is understood well enough to foretell its times.");
      }
      if (output != null) {
        PlanFile plan =
            predictions.isEmpty() ? scenario.plan(false, 1_000, 1_000) : predictions.get(0).plan();
        Files.writeString(output, plan + settings(config) + candidates(predictions));
      }
    } else {
      String json = PlanJson.write(predictions, measured);
      String text = format == Form.json ? json : PlanPage.of(json);
      if (output != null) {
        Files.writeString(output, text);
      } else {
        out.print(text);
      }
    }
    out.flush();
    return 0;
  }

  /** The trace of a run to stand beside the prediction. */
  private static Optional<Measured> measured(GeminiConfig config) throws IOException {
    if (config.trace().isEmpty()) {
      return Optional.empty();
    }
    Path trace = config.trace().get();
    if (!Files.isReadable(trace)) {
      throw new UsageException(
          "there is no trace "
              + trace
              + ": make one by running the program with gemini-java --trace="
              + trace);
    }
    try {
      return Optional.of(TraceReader.read(trace));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** What a plan does not choose but a run of it needs again. */
  private static String settings(GeminiConfig config) {
    return (config.sequenceParallel() ? "sequence-parallel=true\n" : "")
        + (config.precision() == Precision.FP32 ? "" : "precision=" + config.precision() + "\n");
  }

  /** The places to cut, so that a person can write other boundaries into the plan file. */
  private static String candidates(List<Prediction> predictions) {
    if (predictions.isEmpty() || predictions.get(0).plan().pipelineDegree() == 1) {
      return "";
    }
    Prediction first = predictions.get(0);
    StringBuilder text = new StringBuilder();
    text.append("# Stages are balanced by measured times unless boundaries are given:\n");
    if (first.plan().boundaries().isEmpty()) {
      text.append("# boundaries=").append(numbers(first.boundaries())).append('\n');
    }
    List<String> names = first.candidates();
    for (int i = 0; i < names.size(); i++) {
      text.append("#   %4d after %s\n".formatted(i, names.get(i)));
    }
    return text.toString();
  }

  private static String numbers(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** What the compiler did for this, and did not do. */
  private static void explain(Compilation compilation, PrintWriter out) throws IOException {
    String explained = compilation.plan().explain();
    calls(compilation, out);
    out.print(explained.isEmpty() ? "" : explained + "\n");
    library(compilation, out);
    notes(compilation, explained, out);
  }

  /** What is inserted where models are made and trained, outside the blocks that the plan is of. */
  private static void calls(Compilation compilation, PrintWriter out) {
    Map<String, StringBuilder> byReason = new LinkedHashMap<>();
    boolean any = false;
    for (CompiledFile file : compilation.files()) {
      any |= file.isChanged();
      for (Edit edit : file.edits().list()) {
        if (edit.kind() == Edit.Kind.WRAP && !PLANNED.contains(edit.pass())) {
          byReason
              .computeIfAbsent(edit.why(), why -> new StringBuilder())
              .append(place(file.original(), edit));
        }
      }
    }
    if (!any) {
      out.println("Nothing is inserted: these files make and call no model.\n");
    }
    byReason.forEach((why, places) -> out.print(why + "\n" + places + "\n"));
  }

  private static String place(SourceFile file, Edit edit) {
    String where = file.path() + ":" + file.position(edit.span().start()).line();
    String what = edit.open() + BlockGraph.label(file, edit.span()) + edit.close();
    return "  " + where + "  " + what + "\n";
  }

  private static void library(Compilation compilation, PrintWriter out) throws IOException {
    List<String> texts = compilation.files().stream().map(file -> file.original().text()).toList();
    Set<String> classes = Library.onBoard().neededBy(texts).keySet();
    if (!classes.isEmpty()) {
      out.println("of DJL, prepared in the same way ('gemini-java transform' writes them out):");
      for (String path : classes) {
        out.println("  " + path.substring(0, path.length() - ".java".length()).replace('/', '.'));
      }
      out.println();
    }
  }

  /** What the plan does not say already. */
  private static void notes(Compilation compilation, String explained, PrintWriter out) {
    CaretPrinter printer = new CaretPrinter(Terminal.colourOut());
    for (Diagnostic diagnostic : compilation.diagnostics()) {
      if (!explained.contains(diagnostic.message())) {
        out.println(printer.print(diagnostic));
      }
    }
  }
}
