package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulePropertiesTest {

  static Stream<Arguments> all() {
    return Stream.of(ScheduleType.values())
        .flatMap(
            type ->
                IntStream.rangeClosed(1, 6)
                    .boxed()
                    .flatMap(
                        p -> IntStream.rangeClosed(1, 9).mapToObj(m -> Arguments.of(type, p, m))));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isCompleteAndEnds(ScheduleType type, int p, int m) {
    Schedule schedule = type.schedule(p, m);
    assertEquals(List.of(), ScheduleValidator.faults(schedule));
    assertEquals(2 * m * p, schedule.rows().stream().mapToInt(List::size).sum());
  }

  @ParameterizedTest
  @MethodSource("all")
  void bubbleIsTheFormula(ScheduleType type, int p, int m) {
    StageCost equal = new StageCost(1, 2, 0, 0);
    Timeline timeline =
        ScheduleSimulator.simulate(type.schedule(p, m), Collections.nCopies(p, equal));
    assertEquals((p - 1.0) / m, timeline.bubble(), 1e-12);
    assertEquals(3.0 * (m + p - 1), timeline.makespan(), 1e-9);
  }

  @ParameterizedTest
  @MethodSource("all")
  void liveMicroBatchesAreTheFormula(ScheduleType type, int p, int m) {
    Schedule schedule = type.schedule(p, m);
    for (int stage = 0; stage < p; stage++) {
      int expected = type == ScheduleType.GPIPE ? m : Math.min(m, p - stage);
      assertEquals(expected, schedule.peakLive(stage));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void warmUpIsTheFormula(ScheduleType type, int p, int m) {
    Schedule schedule = type.schedule(p, m);
    for (int stage = 0; stage < p; stage++) {
      List<Kind> kinds = schedule.actions(stage).stream().map(Action::kind).toList();
      int expected = type == ScheduleType.GPIPE ? m : Math.min(m, p - stage - 1);
      // The first pair begins with a forward of its own, if there is one left.
      int pair = type == ScheduleType.GPIPE || expected == m ? 0 : 1;
      assertEquals(expected + pair, kinds.indexOf(Kind.B));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void unequalStagesTakeAtLeastTheLowerBoundAndKeepTheirOrder(ScheduleType type, int p, int m) {
    Random random = new Random(31L * p + m);
    List<StageCost> costs =
        IntStream.range(0, p)
            .mapToObj(s -> new StageCost(1 + random.nextInt(5), 1 + random.nextInt(9), 7, 100))
            .toList();
    Schedule schedule = type.schedule(p, m);
    Timeline timeline = ScheduleSimulator.simulate(schedule, costs);
    double sum = costs.stream().mapToDouble(StageCost::seconds).sum();
    double largest = costs.stream().mapToDouble(StageCost::seconds).max().orElseThrow();
    assertTrue(timeline.makespan() >= Math.max(m * largest, sum) - 1e-9);
    for (int stage = 0; stage < p; stage++) {
      assertEquals(
          schedule.actions(stage),
          timeline.rows().get(stage).stream().map(Timeline.Slot::action).toList());
      assertEquals(m * costs.get(stage).seconds(), timeline.busySeconds(stage), 1e-9);
      assertEquals(100 + 7L * schedule.peakLive(stage), timeline.peakBytes().get(stage));
    }
  }
}
