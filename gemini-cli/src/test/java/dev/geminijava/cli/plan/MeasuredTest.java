package dev.geminijava.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.runtime.schedule.Action;
import dev.geminijava.runtime.schedule.Kind;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleSimulator;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.Timeline;
import dev.geminijava.runtime.trace.Span;
import dev.geminijava.runtime.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredTest {

  private static final double FORWARD = 2e-3;
  private static final double BACKWARD = 4e-3;
  private static final double UPDATE = 1e-3;
  private static final int STEPS = 3;

  @TempDir private Path directory;

  /** What a run of a few equal steps leaves behind. */
  static Measured measured(int stages, int microBatches) {
    try {
      Path file = Files.createTempFile("trace", ".json");
      try {
        trace(stages, microBatches).write(file);
        return TraceReader.read(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Trace trace(int stages, int microBatches) {
    Timeline timeline = timeline(stages, microBatches);
    Trace trace = Trace.keeping(10_000);
    long step = Math.round((timeline.makespan() + UPDATE) * 1e9);
    for (int i = 0; i < STEPS; i++) {
      long begin = 1_000_000 + i * step;
      for (List<Timeline.Slot> row : timeline.rows()) {
        for (Timeline.Slot slot : row) {
          Action action = slot.action();
          trace.record(
              new Span(
                  action.kind() == Kind.F ? Span.Kind.FORWARD : Span.Kind.BACKWARD,
                  action.stage(),
                  0,
                  action.microBatch(),
                  begin + Math.round(slot.start() * 1e9),
                  begin + Math.round(slot.end() * 1e9),
                  0));
          if (action.kind() == Kind.F && action.stage() + 1 < stages) {
            long at = begin + Math.round(slot.end() * 1e9);
            trace.record(
                new Span(
                    Span.Kind.TRANSFER,
                    action.stage() + 1,
                    0,
                    action.microBatch(),
                    at,
                    at + 10,
                    1000));
          }
        }
      }
      for (int s = 0; s < stages; s++) {
        long at = begin + Math.round(timeline.makespan() * 1e9);
        trace.record(
            new Span(
                Span.Kind.OPTIMIZER,
                s,
                0,
                Span.NO_MICRO_BATCH,
                at,
                at + Math.round(UPDATE * 1e9),
                0));
        trace.memory(s, 0, 1 << 20);
      }
    }
    return trace;
  }

  private static Timeline timeline(int stages, int microBatches) {
    StageCost cost = new StageCost(FORWARD, BACKWARD, 0, 0);
    return ScheduleSimulator.simulate(
        Schedule.oneFOneB(stages, microBatches), Collections.nCopies(stages, cost));
  }

  @Test
  void aRunThatWentAsSimulatedIsReadAsItWasSimulated() {
    Measured measured = measured(3, 6);
    Timeline simulated = timeline(3, 6);

    assertEquals(STEPS, measured.steps());
    assertEquals(simulated.makespan() + UPDATE, measured.stepSeconds(), 1e-6);
    assertEquals(simulated.bubble(), measured.bubble(), 1e-6);
    assertEquals(3, measured.stages().size());
    for (Measured.Stage stage : measured.stages()) {
      assertEquals(FORWARD, stage.forwardSeconds(), 1e-9);
      assertEquals(BACKWARD, stage.backwardSeconds(), 1e-9);
    }
    assertEquals(2 * 6 * 1000, measured.sentBytes(), "each micro-batch over each of two cuts");
    for (int stage = 0; stage < 3; stage++) {
      assertEquals(2 * 6 + 1, measured.rows().get(stage).size());
      for (int i = 0; i < 2 * 6; i++) {
        Timeline.Slot expected = simulated.rows().get(stage).get(i);
        Measured.Slot actual = measured.rows().get(stage).get(i);
        assertEquals(
            expected.action().toString(), actual.stage() + actual.kind() + actual.microBatch());
        assertEquals(expected.start(), actual.start(), 1e-6);
        assertEquals(expected.end(), actual.end(), 1e-6);
      }
    }
  }

  @Test
  void whatIsNoTraceIsRefusedWithWhatToDo() throws IOException {
    Path file = Files.writeString(directory.resolve("t.json"), "{\"traceEvents\": 7}");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TraceReader.read(file));
    assertTrue(e.getMessage().contains("--trace="), e.getMessage());
    Files.writeString(file, "{\"traceEvents\": []}");
    e = assertThrows(IllegalArgumentException.class, () -> TraceReader.read(file));
    assertTrue(e.getMessage().contains("no step"), e.getMessage());
  }
}
