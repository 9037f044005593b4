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
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleSimulator;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.Timeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
    schedule(config, out);
    out.flush();
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

  private static void schedule(GeminiConfig config, PrintWriter out) {
    int stages = config.pipelineDegree().orElse(SHOWN_STAGES);
    if (stages == 1) {
      out.println("One stage: there is nothing to schedule.");
      return;
    }
    int microBatches = config.microBatches().orElse(2 * stages);
    ScheduleType type = config.schedule().orElse(ScheduleType.ONE_F_ONE_B);
    Schedule schedule = type.schedule(stages, microBatches);
    // Times are measured in the first step of a run; on paper every stage is as long as any other.
    StageCost equal = new StageCost(1, 2, 0, 0);
    Timeline timeline = ScheduleSimulator.simulate(schedule, Collections.nCopies(stages, equal));
    out.println(
        "schedule "
            + (config.pipelineDegree().isPresent()
                ? ""
                : "(the pipeline degree is open; shown: 2) ")
            + "if every stage takes as long as any other, backward twice as long as forward:");
    out.println(schedule);
    out.println(
        String.format(
            Locale.ROOT,
            "bubble %.0f%%; at most %s micro-batches are held by stages 0 to %d",
            100 * timeline.bubble(),
            held(schedule),
            stages - 1));
  }

  private static List<Integer> held(Schedule schedule) {
    return java.util.stream.IntStream.range(0, schedule.stages())
        .mapToObj(schedule::peakLive)
        .toList();
  }
}
