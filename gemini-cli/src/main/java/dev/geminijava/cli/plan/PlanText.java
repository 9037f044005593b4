package dev.geminijava.cli.plan;

import dev.geminijava.cli.plan.Prediction.Communication;
import dev.geminijava.cli.plan.Prediction.Layer;
import dev.geminijava.cli.plan.Prediction.Memory;
import dev.geminijava.cli.plan.Prediction.Stage;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.Timeline;
import dev.geminijava.runtime.text.ByteSize;
import dev.geminijava.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A prediction in plain text: first the answers, then what they are made of. */
public final class PlanText {

  private final Prediction prediction;
  private final StringBuilder text = new StringBuilder();

  private PlanText(Prediction prediction) {
    this.prediction = prediction;
  }

  /** The text, which ends with a line break. */
  public static String of(Prediction prediction, Optional<Measured> measured) {
    PlanText text = new PlanText(prediction);
    text.answers();
    text.stages();
    text.communication();
    text.schedules();
    text.layers();
    measured.ifPresent(text::measured);
    text.notes();
    return text.text.toString();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void table(TextTable table) {
    text.append(table.toString().indent(2)).append('\n');
  }

  private void answers() {
    PlanFile plan = prediction.plan();
    int devices = plan.pipelineDegree() * plan.shardingSize();
    line(
        "%s (%s): %s x %s, batch %d%s in %s%s",
        prediction.subject().model(),
        prediction.subject().place(),
        counted(plan.pipelineDegree(), "stage", "s"),
        counted(plan.shardingSize(), "rank", "s"),
        prediction.subject().batch(),
        prediction.subject().batchKnown() ? "" : " (assumed: --batch-size=N)",
        counted(plan.microBatches(), "micro-batch", "es"),
        plan.pipelineDegree() > 1 ? ", " + plan.schedule() : "");
    if (devices == 1) {
      line("  one device: predicted %s a step", time(prediction.stepSeconds()));
    } else {
      line(
          "  %s predicted %.2fx one device: %s a step instead of %s",
          prediction.speedUp() > 1.02 ? "worth it:" : "not worth it:",
          prediction.speedUp(),
          time(prediction.stepSeconds()),
          time(prediction.oneDeviceSeconds()));
    }
    Stage largest =
        prediction.stages().stream()
            .max(Comparator.comparingLong(s -> s.memory().total()))
            .orElseThrow();
    String peak =
        "%s on a device of stage %d"
            .formatted(
                ByteSize.format(largest.memory().total()), prediction.stages().indexOf(largest));
    line(
        "  %s",
        prediction.memoryLimit().isEmpty()
            ? "memory: at most " + peak + "; no limit is set (--device-memory)"
            : (prediction.fits() ? "fits: at most " : "does not fit: ")
                + peak
                + ", limit "
                + ByteSize.format(prediction.memoryLimit().getAsLong()));
    text.append('\n');
  }

  private static String counted(int count, String noun, String ending) {
    return count + " " + noun + (count == 1 ? "" : ending);
  }

  private void stages() {
    TextTable table =
        new TextTable(
            "stage",
            "layers",
            "parameters",
            "forward",
            "backward",
            "state",
            "activations",
            "holds");
    for (int s = 0; s < prediction.stages().size(); s++) {
      Stage stage = prediction.stages().get(s);
      Memory memory = stage.memory();
      table.row(
          s,
          stage.first() > stage.last()
              ? "the loss only"
              : name(prediction.layers().get(stage.first()).work())
                  + " - "
                  + name(prediction.layers().get(stage.last()).work()),
          String.format(Locale.ROOT, "%,d", stage.parameters()),
          time(stage.cost().forwardSeconds()),
          time(stage.cost().backwardSeconds()),
          ByteSize.format(memory.total() - memory.activations()),
          ByteSize.format(memory.activations()),
          ByteSize.format(memory.total()));
    }
    table(table);
  }

  private static String name(Work work) {
    return work.block().isEmpty() ? simple(work.operation()) : work.block();
  }

  private static String simple(String operation) {
    return operation.substring(operation.lastIndexOf('.') + 1);
  }

  private void communication() {
    if (prediction.communication().isEmpty()) {
      return;
    }
    TextTable table = new TextTable("in one step", "between", "times", "bytes", "time");
    for (Communication c : prediction.communication()) {
      table.row(c.kind(), c.where(), c.times(), ByteSize.format(c.bytes()), time(c.seconds()));
    }
    table(table);
  }

  private void schedules() {
    if (prediction.plan().pipelineDegree() == 1) {
      line("  One stage: there is nothing to schedule.\n");
      return;
    }
    for (Timeline timeline : prediction.timelines()) {
      text.append(timeline.picture(60).indent(2)).append('\n');
    }
  }

  /** Equal layers stand once. */
  private record Row(String name, String shape, long parameters, Split split) {}

  private void layers() {
    Map<Row, List<Layer>> rows = new LinkedHashMap<>();
    for (Layer layer : prediction.layers()) {
      Work work = layer.work();
      if (work.parameters() > 0) {
        // Blocks of a loop are numbered in front, or behind.
        String path = work.block().replaceAll("(^|/)\\d+", "$1").replaceAll("_\\d+(?=/|$)", "_*");
        String name = path + " " + simple(work.operation());
        Row row = new Row(name, work.shape(), work.parameters(), work.split());
        rows.computeIfAbsent(row, key -> new ArrayList<>()).add(layer);
      }
    }
    boolean chosen = prediction.plan().shardingSize() > 1;
    TextTable table =
        chosen
            ? new TextTable(
                "layer", "result", "parameters", "stage", "time", "split", "a step, if it were …")
            : new TextTable("layer", "result", "parameters", "stage", "time");
    rows.forEach(
        (row, layers) -> {
          Layer first = layers.get(0);
          List<Object> cells = new ArrayList<>();
          cells.add((layers.size() == 1 ? "" : layers.size() + " x ") + row.name());
          cells.add(row.shape());
          cells.add(String.format(Locale.ROOT, "%,d", row.parameters()));
          cells.add(stages(layers));
          cells.add(time(first.forwardSeconds() + first.backwardSeconds()));
          if (chosen) {
            cells.add(row.split().word());
            cells.add(
                first.work().ways().stream()
                    .map(way -> way.how() + " " + time(way.cost().seconds()))
                    .collect(Collectors.joining("; ")));
          }
          table.row(cells.toArray());
        });
    line(
        "  Each layer with a weight, time of a micro-batch%s:",
        chosen ? "; at the right, what it would take of a step on each rank" : "");
    table(table);
    reasons(rows);
  }

  private static String stages(List<Layer> layers) {
    int first = layers.get(0).stage();
    int last = layers.get(layers.size() - 1).stage();
    return first == last ? String.valueOf(first) : first + "-" + last;
  }

  private void reasons(Map<Row, List<Layer>> rows) {
    Map<String, Set<String>> places = new LinkedHashMap<>();
    for (List<Layer> layers : rows.values()) {
      for (Layer layer : layers) {
        if (!layer.work().why().isEmpty()) {
          places
              .computeIfAbsent(layer.work().why(), why -> new LinkedHashSet<>())
              .add(layer.work().place());
        }
      }
    }
    places.forEach((why, at) -> line("  %s: %s", String.join(", ", at), why));
    text.append(places.isEmpty() ? "" : "\n");
  }

  private void measured(Measured measured) {
    TextTable table = new TextTable("", "predicted", "measured", "ratio");
    row(table, "step", prediction.stepSeconds(), measured.busySeconds());
    for (int s = 0; s < Math.min(prediction.stages().size(), measured.stages().size()); s++) {
      Stage predicted = prediction.stages().get(s);
      Measured.Stage real = measured.stages().get(s);
      row(
          table,
          "stage " + s + " forward",
          predicted.cost().forwardSeconds(),
          real.forwardSeconds());
      row(
          table,
          "stage " + s + " backward",
          predicted.cost().backwardSeconds(),
          real.backwardSeconds());
    }
    table.row(
        "bubble", percent(prediction.timelines().get(0).bubble()), percent(measured.bubble()), "");
    line("  The median of %d measured steps:", measured.steps());
    table(table);
    line(
        "  From the beginning of one step to that of the next %s: between them the program reads its"
            + " data.\n",
        time(measured.stepSeconds()));
  }

  private static void row(TextTable table, String what, double predicted, double measured) {
    String ratio = String.format(Locale.ROOT, "%.2f", measured / predicted);
    table.row(what, time(predicted), time(measured), ratio);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  private void notes() {
    Speeds speeds = prediction.machine();
    line(
        "  for devices of %.0f GFLOP/s, %.1f GB/s of memory, %s an operation, %.1f GB/s and %s"
            + " between them: %s",
        speeds.machine().flopsPerSecond() / 1e9,
        speeds.memoryBytes() / 1e9,
        time(speeds.overhead()),
        speeds.machine().bytesPerSecond() / 1e9,
        time(speeds.machine().latency()),
        speeds.measured() ? "measured here" : "of the order of magnitude, --calibrate measures");
    prediction.notes().forEach(note -> line("  note: %s", note));
    text.append('\n');
  }

  /** A time in the unit that suits it. */
  static String time(double seconds) {
    return seconds >= 1
        ? String.format(Locale.ROOT, "%.2f s", seconds)
        : seconds >= 1e-3
            ? String.format(Locale.ROOT, "%.1f ms", seconds * 1e3)
            : String.format(Locale.ROOT, "%.0f us", seconds * 1e6);
  }
}
