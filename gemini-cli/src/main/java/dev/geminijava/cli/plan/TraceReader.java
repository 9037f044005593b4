package dev.geminijava.cli.plan;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.geminijava.cli.plan.Measured.Slot;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads what {@code gemini-java --trace=FILE} wrote. */
public final class TraceReader {

  /** One thing in the trace that took a while, in seconds. */
  private record Event(
      String kind, int stage, int rank, int microBatch, double start, double end, long bytes) {

    boolean isAction() {
      return kind.equals("F") || kind.equals("B");
    }

    double seconds() {
      return end - start;
    }
  }

  private final List<Event> events = new ArrayList<>();
  private final List<Long> peaks = new ArrayList<>();

  private TraceReader() {}

  /**
   * The steps of a run.
   *
   * @throws IllegalArgumentException saying what to do, if the file shows none
   */
  public static Measured read(Path file) throws IOException {
    TraceReader reader = new TraceReader();
    try (Reader in = Files.newBufferedReader(file)) {
      JsonObject trace = JsonParser.parseReader(in).getAsJsonObject();
      for (JsonElement event : trace.getAsJsonArray("traceEvents")) {
        reader.add(event.getAsJsonObject());
      }
    } catch (JsonParseException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | NumberFormatException
        | UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          file + " is no trace: make one by running the program with gemini-java --trace=" + file);
    }
    return reader.measured(file);
  }

  private void add(JsonObject event) {
    String phase = event.get("ph").getAsString();
    int stage = event.get("pid").getAsInt();
    if (phase.equals("X")) {
      JsonObject details = event.getAsJsonObject("args");
      double start = event.get("ts").getAsDouble() / 1e6;
      events.add(
          new Event(
              kind(event.get("cat").getAsString()),
              stage,
              event.get("tid").getAsInt(),
              details.has("microBatch") ? details.get("microBatch").getAsInt() : -1,
              start,
              start + event.get("dur").getAsDouble() / 1e6,
              details.get("bytes").getAsLong()));
    } else if (phase.equals("C")) {
      while (peaks.size() <= stage) {
        peaks.add(0L);
      }
      long bytes = event.getAsJsonObject("args").get("bytes").getAsLong();
      peaks.set(stage, Math.max(peaks.get(stage), bytes));
    }
  }

  private static String kind(String category) {
    return switch (category) {
      case "forward" -> "F";
      case "backward" -> "B";
      default -> category;
    };
  }

  private Measured measured(Path file) {
    events.sort(Comparator.comparingDouble(Event::start));
    int stages = 1 + events.stream().mapToInt(Event::stage).max().orElse(-1);
    // The first batch runs in one stage, to be measured for the cuts, and others may be evaluation.
    List<List<Event>> steps = steps().stream().filter(step -> isWhole(step, stages)).toList();
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + " shows no step of a training: let the program train for some batches with"
              + " gemini-java --trace="
              + file);
    }
    List<Event> all = steps.stream().flatMap(List::stream).toList();
    List<Event> typical =
        steps.stream()
            .sorted(Comparator.comparingDouble(TraceReader::span))
            .toList()
            .get(steps.size() / 2);
    int microBatches =
        (int)
            typical.stream().filter(e -> e.kind().equals("F")).filter(e -> e.stage() == 0).count();
    return new Measured(
        steps.size(),
        stepSeconds(steps),
        median(steps.stream().map(TraceReader::span).toList()),
        bubble(typical, stages),
        bytes(typical, "transfer"),
        bytes(typical, "collective"),
        IntStream.range(0, stages).mapToObj(s -> stage(all, s, microBatches)).toList(),
        IntStream.range(0, stages).mapToObj(s -> row(typical, s)).toList());
  }

  /** The events from each first forward to the next. */
  private List<List<Event>> steps() {
    List<List<Event>> steps = new ArrayList<>();
    for (Event event : events) {
      if (event.kind().equals("F") && event.stage() == 0 && event.microBatch() == 0) {
        steps.add(new ArrayList<>());
      }
      if (!steps.isEmpty()) {
        steps.get(steps.size() - 1).add(event);
      }
    }
    return steps;
  }

  /** Whether every stage goes forward and back. */
  private static boolean isWhole(List<Event> step, int stages) {
    return IntStream.range(0, stages)
        .allMatch(
            stage ->
                Stream.of("F", "B")
                    .allMatch(
                        kind ->
                            step.stream()
                                .anyMatch(e -> e.stage() == stage && e.kind().equals(kind))));
  }

  private static double span(List<Event> step) {
    double end = step.stream().mapToDouble(Event::end).max().orElseThrow();
    return end - step.get(0).start();
  }

  private static double stepSeconds(List<List<Event>> steps) {
    List<Double> between = new ArrayList<>();
    for (int i = 1; i < steps.size(); i++) {
      between.add(steps.get(i).get(0).start() - steps.get(i - 1).get(0).start());
    }
    return between.isEmpty() ? span(steps.get(0)) : median(between);
  }

  private static double median(List<Double> values) {
    return values.isEmpty() ? 0 : values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double bubble(List<Event> step, int stages) {
    List<Event> work =
        step.stream().filter(e -> e.isAction() || e.kind().equals("weights")).toList();
    double busy = work.stream().mapToDouble(Event::seconds).sum();
    return span(work) * stages / busy - 1;
  }

  private static long bytes(List<Event> step, String kind) {
    return step.stream().filter(e -> e.kind().equals(kind)).mapToLong(Event::bytes).sum();
  }

  private Measured.Stage stage(List<Event> all, int stage, int microBatches) {
    double weights = median(seconds(all, stage, "weights"));
    return new Measured.Stage(
        median(seconds(all, stage, "F")),
        median(seconds(all, stage, "B")) + weights / microBatches,
        stage < peaks.size() ? peaks.get(stage) : 0);
  }

  private static List<Double> seconds(List<Event> events, int stage, String kind) {
    return events.stream()
        .filter(e -> e.stage() == stage && e.rank() == 0 && e.kind().equals(kind))
        .map(Event::seconds)
        .toList();
  }

  private static List<Slot> row(List<Event> step, int stage) {
    double origin = step.get(0).start();
    return step.stream()
        .filter(e -> e.stage() == stage && e.rank() == 0)
        .filter(e -> e.isAction() || e.kind().equals("weights") || e.kind().equals("optimizer"))
        .map(e -> new Slot(stage, e.kind(), e.microBatch(), e.start() - origin, e.end() - origin))
        .toList();
  }
}
