package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void oneFOneBOfThreeStagesAndFourMicroBatches() {
    assertEquals(
        """
        1f1b (3 stages, 4 micro-batches)
        stage 0    0F0  0F1  0F2  ·    ·    0B0  0F3  0B1  ·    0B2  ·    0B3
        stage 1    ·    1F0  1F1  ·    1B0  1F2  1B1  1F3  1B2  ·    1B3
        stage 2    ·    ·    2F0  2B0  2F1  2B1  2F2  2B2  2F3  2B3\
        """,
        Schedule.oneFOneB(3, 4).toString());
  }

  @Test
  void gpipeOfTwoStagesAndThreeMicroBatches() {
    assertEquals(
        """
        gpipe (2 stages, 3 micro-batches)
        stage 0    0F0  0F1  0F2  ·    ·    0B0  0B1  0B2
        stage 1    ·    1F0  1F1  1F2  1B0  1B1  1B2\
        """,
        Schedule.gpipe(2, 3).toString());
  }

  @Test
  void fewerMicroBatchesThanStages() {
    assertEquals(
        """
        1f1b (4 stages, 2 micro-batches)
        stage 0    0F0  0F1  ·    ·    ·    ·    ·    0B0  ·    0B1
        stage 1    ·    1F0  1F1  ·    ·    ·    1B0  ·    1B1
        stage 2    ·    ·    2F0  2F1  ·    2B0  ·    2B1
        stage 3    ·    ·    ·    3F0  3B0  3F1  3B1\
        """,
        Schedule.oneFOneB(4, 2).toString());
  }

  @Test
  void oneStageDoesEachMicroBatchAtOnce() {
    assertEquals("[0F0, 0B0, 0F1, 0B1, 0F2, 0B2]", Schedule.oneFOneB(1, 3).actions(0).toString());
    assertEquals("[0F0, 0F1, 0B0, 0B1]", Schedule.gpipe(1, 2).actions(0).toString());
  }

  @Test
  void forwardOnlyIsCompleteWithoutBackwards() {
    Schedule schedule = Schedule.forward(2, 2);
    assertEquals("[1F0, 1F1]", schedule.actions(1).toString());
    assertEquals(1, schedule.peakLive(0));
    ScheduleValidator.require(schedule);
  }

  @Test
  void nameIsReadInAnyCaseAndAWrongOneNamesTheRightOnes() {
    assertEquals(ScheduleType.ONE_F_ONE_B, ScheduleType.parse("1F1B"));
    assertEquals(ScheduleType.GPIPE, ScheduleType.parse(" GPipe "));
    assertEquals("1f1b", ScheduleType.ONE_F_ONE_B.schedule(2, 2).name());
    Exception wrong =
        assertThrows(IllegalArgumentException.class, () -> ScheduleType.parse("zigzag"));
    assertEquals("`zigzag` is no schedule; there are gpipe, 1f1b", wrong.getMessage());
  }

  @Test
  void sizesAreAtLeastOne() {
    Exception wrong = assertThrows(IllegalArgumentException.class, () -> Schedule.gpipe(2, 0));
    assertTrue(wrong.getMessage().endsWith("got 2 and 0"), wrong.getMessage());
  }
}
