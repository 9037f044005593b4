package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleValidatorTest {

  @Test
  void aRingOfWaitsIsDrawnAndExplained() {
    // Stage 0 wants its first gradient before it sends the micro-batch that stage 1 wants first.
    assertReport(
        schedule(2, 2, "0F0 0B0 0F1 0B1", "1F0 1F1 1B0 1B1"),
        """
        schedule test (2 stages, 2 micro-batches) cannot run:
        stage 0    0F0  ·    0B0! 0F1  0B1
        stage 1    ·    1F0  1F1! 1B0  1B1
        stage 0 waits at 0B0 for 1B0, which stage 1 computes after 1F1
        stage 1 waits at 1F1 for 0F1, which stage 0 computes after 0B0\
        """);
  }

  @Test
  void nothingStandsBeforeItsOwnInput() {
    assertReport(
        schedule(1, 1, "0B0 0F0"),
        """
        schedule test (1 stages, 1 micro-batches) cannot run:
        stage 0    0B0! 0F0
        stage 0 waits at 0B0 for 0F0, which it computes itself, but later\
        """);
  }

  @Test
  void aMissingActionIsNamedWithWhoWaitsForIt() {
    assertReport(
        schedule(2, 1, "0F0 0B0", "1F0"),
        """
        schedule test (2 stages, 1 micro-batches) cannot run:
        stage 0    0F0  ·    0B0!
        stage 1    ·    1F0
        1B0 is missing
        stage 0 waits at 0B0 for 1B0, which nobody computes\
        """);
  }

  @Test
  void aDoubleAndAForeignActionAreMarked() {
    assertReport(
        schedule(1, 1, "0F0 0F0 0B0 0F1"),
        """
        schedule test (1 stages, 1 micro-batches) cannot run:
        stage 0    0F0! 0F0! 0B0  0F1!
        0F0 stands 2 times
        0F1 does not belong to test (1 stages, 1 micro-batches)\
        """);
  }

  @Test
  void aStageBelongsToOneWorker() {
    assertEquals(
        List.of(
            "the actions of stage 0 stand in rows 0 and 1: its parameters are with one worker"
                + " only"),
        ScheduleValidator.faults(schedule(2, 1, "0F0 1F0 1B0", "0B0")).stream()
            .filter(fault -> fault.contains("stage 0"))
            .toList());
  }

  @Test
  void aWorkerMayHoldSeveralStages() {
    // Two workers, four stages: worker 0 has stages 0 and 2, as an interleaved schedule would.
    Schedule chunks = schedule(4, 1, "0F0 2F0 2B0 0B0", "1F0 3F0 3B0 1B0");
    assertEquals(List.of(), ScheduleValidator.faults(chunks));
    assertEquals(
        """
        test (4 stages, 1 micro-batches)
        worker 0   0F0  ·    2F0  ·    ·    2B0  ·    0B0
        worker 1   ·    1F0  ·    3F0  3B0  ·    1B0\
        """,
        chunks.toString());
  }

  private static void assertReport(Schedule schedule, String report) {
    Exception fault =
        assertThrows(InvalidScheduleException.class, () -> ScheduleValidator.require(schedule));
    assertEquals(report, fault.getMessage());
  }

  private static Schedule schedule(int stages, int microBatches, String... rows) {
    return new Schedule(
        "test",
        stages,
        microBatches,
        true,
        Arrays.stream(rows)
            .map(row -> Arrays.stream(row.split(" ")).map(ScheduleValidatorTest::action).toList())
            .toList());
  }

  private static Action action(String text) {
    return new Action(
        text.charAt(0) - '0', Kind.valueOf(text.substring(1, 2)), text.charAt(2) - '0');
  }
}
