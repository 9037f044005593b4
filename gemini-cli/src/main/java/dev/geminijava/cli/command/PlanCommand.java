package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.CompileFailure;
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
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleSimulator;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.Timeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java plan}. */
@Command(
    name = "plan",
    description = {
      "Show what may be cut and split, where and why, what stays whole, and the schedule.",
      "Nothing of the program is run."
    })
final class PlanCommand implements Callable<Integer> {

  /** The pipeline that is shown where nothing says how long it is. */
  private static final int SHOWN_STAGES = 2;

  /** The passes whose insertions the plan explains block by block. */
  private static final Set<String> PLANNED = Set.of("cut-stages", "shard-layers");

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PLAN",
      description = "Write the degrees and the schedule to a file for --plan.")
  private Path output;

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
    Compilation compilation = input.compile();
    PrintWriter out = spec.commandLine().getOut();
    String explained = compilation.plan().explain();
    calls(compilation, out);
    out.print(explained.isEmpty() ? "" : explained + "\n");
    library(compilation, out);
    notes(compilation, explained, out);
    PlanFile plan = chosen(config);
    schedule(config, plan, out);
    out.flush();
    if (output != null) {
      plan.write(output);
    }
    return 0;
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

  /** The plan with what is open filled in, so that it is the same at every run. */
  private static PlanFile chosen(GeminiConfig config) {
    int stages = config.pipelineDegree().orElse(config.mode().pipelines() ? SHOWN_STAGES : 1);
    return new PlanFile(
        config.mode(),
        config.shardingSize().orElse(1),
        stages,
        config.microBatches().orElse(stages == 1 ? 1 : 2 * stages),
        config.schedule().orElse(ScheduleType.ONE_F_ONE_B),
        config.boundaries());
  }

  private static void schedule(GeminiConfig config, PlanFile plan, PrintWriter out) {
    int stages = plan.pipelineDegree();
    if (stages == 1) {
      out.println("One stage: there is nothing to schedule.");
      return;
    }
    Schedule schedule = plan.schedule().schedule(stages, plan.microBatches());
    // Times are measured in the first step of a run; on paper every stage is as long as any other.
    StageCost equal = new StageCost(1, 2, 0, 0);
    Timeline timeline = ScheduleSimulator.simulate(schedule, Collections.nCopies(stages, equal));
    out.println(
        config.pipelineDegree().isPresent()
            ? "The schedule, if every stage takes the same time, and backward twice that of forward:"
            : "The schedule with two stages (--pipeline-degree is open), if both take the same"
                + " time, and backward twice that of forward:");
    out.println(schedule);
    String held =
        IntStream.range(0, stages)
            .mapToObj(stage -> String.valueOf(schedule.peakLive(stage)))
            .collect(Collectors.joining(", "));
    out.println(
        String.format(
            Locale.ROOT,
            "bubble %.0f%%; micro-batches held at most, by stage: %s",
            100 * timeline.bubble(),
            held));
  }
}
