package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

  private static final StageCost STAGE = new StageCost(0.002, 0.004, 1 << 20, 4 << 20);

  @Test
  void pictureOfOneFOneB() {
    Timeline timeline =
        ScheduleSimulator.simulate(Schedule.oneFOneB(3, 3), Collections.nCopies(3, STAGE));
    assertEquals(
        """
        stage 0   |0░1░2░        0▓▓▓  1▓▓▓  2▓▓▓| busy  60%, 7.0 MiB
        stage 1   |  0░1░    0▓▓▓2░1▓▓▓  2▓▓▓    | busy  60%, 6.0 MiB
        stage 2   |    0░0▓▓▓1░1▓▓▓2░2▓▓▓        | busy  60%, 5.0 MiB
        1f1b (3 stages, 3 micro-batches): 30.0 ms, bubble 67%\
        """,
        timeline.picture(30));
  }

  @Test
  void forwardOnlyHoldsOneMicroBatch() {
    Timeline timeline =
        ScheduleSimulator.simulate(Schedule.forward(2, 5), Collections.nCopies(2, STAGE));
    assertEquals(List.of(5L << 20, 5L << 20), timeline.peakBytes());
    assertEquals(0.012, timeline.makespan(), 1e-12);
  }

  @Test
  void aWorkerWithTwoStagesHoldsBoth() {
    Schedule chunks =
        new Schedule(
            "chunks",
            2,
            1,
            true,
            List.of(
                List.of(
                    Action.forward(0, 0),
                    Action.forward(1, 0),
                    Action.backward(1, 0),
                    Action.backward(0, 0))));
    Timeline timeline = ScheduleSimulator.simulate(chunks, Collections.nCopies(2, STAGE));
    assertEquals(List.of(10L << 20), timeline.peakBytes());
    assertEquals(0, timeline.bubble(), 1e-12);
  }

  @Test
  void stagesWithoutTimeHaveNoBubble() {
    StageCost nothing = new StageCost(0, 0, 0, 0);
    Timeline timeline =
        ScheduleSimulator.simulate(Schedule.gpipe(2, 2), Collections.nCopies(2, nothing));
    assertEquals(0, timeline.bubble());
    assertEquals(3, timeline.picture(20).lines().count());
  }

  @Test
  void costsMustMatchTheStages() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ScheduleSimulator.simulate(Schedule.gpipe(2, 2), List.of(STAGE)));
  }
}
