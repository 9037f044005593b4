package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Good schedules, broken: every way of breaking one is found, and only broken ones are refused. */
class BrokenSchedulesTest {

  static Stream<Schedule> good() {
    return Stream.of(ScheduleType.values())
        .flatMap(
            type ->
                IntStream.rangeClosed(1, 4)
                    .boxed()
                    .flatMap(p -> IntStream.rangeClosed(1, 5).mapToObj(m -> type.schedule(p, m))));
  }

  @ParameterizedTest
  @MethodSource("good")
  void everyMissingActionIsNamed(Schedule schedule) {
    for (int row = 0; row < schedule.stages(); row++) {
      for (int at = 0; at < schedule.actions(row).size(); at++) {
        List<List<Action>> rows = copy(schedule);
        Action removed = rows.get(row).remove(at);
        assertTrue(faults(schedule, rows).contains(removed + " is missing"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void everyDoubleActionIsNamed(Schedule schedule) {
    for (int row = 0; row < schedule.stages(); row++) {
      for (Action action : schedule.actions(row)) {
        List<List<Action>> rows = copy(schedule);
        rows.get(row).add(action);
        assertTrue(faults(schedule, rows).contains(action + " stands 2 times"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void aBackwardBeforeItsOwnForwardIsNamed(Schedule schedule) {
    for (int row = 0; row < schedule.stages(); row++) {
      List<List<Action>> rows = copy(schedule);
      Collections.reverse(rows.get(row));
      List<String> faults = faults(schedule, rows);
      assertTrue(
          faults.stream().anyMatch(fault -> fault.contains("which it computes itself, but later")),
          faults.toString());
    }
  }

  @Test
  void exactlyTheOrdersWithoutARingOfWaitsAreAccepted() {
    Random random = new Random(3);
    int accepted = 0;
    for (int round = 0; round < 2000; round++) {
      List<List<Action>> rows = copy(Schedule.gpipe(2 + random.nextInt(2), 2));
      rows.forEach(row -> disturb(row, random));
      Schedule schedule = new Schedule("random", rows.size(), 2, true, rows);
      boolean good = isAcyclic(schedule);
      assertEquals(good, ScheduleValidator.faults(schedule).isEmpty(), schedule::toString);
      List<StageCost> costs = Collections.nCopies(rows.size(), new StageCost(1, 1, 1, 1));
      if (good) {
        accepted++;
        assertFalse(ScheduleSimulator.simulate(schedule, costs).picture(40).isEmpty());
      } else {
        String message =
            assertThrows(
                    InvalidScheduleException.class,
                    () -> ScheduleSimulator.simulate(schedule, costs))
                .getMessage();
        assertTrue(message.contains("!") && message.contains(" waits at "), message);
      }
    }
    assertTrue(accepted > 200 && accepted < 1800, "both outcomes occur: " + accepted);
  }

  private static void disturb(List<Action> row, Random random) {
    for (int swaps = random.nextInt(3); swaps > 0; swaps--) {
      int at = random.nextInt(row.size() - 1);
      Collections.swap(row, at, at + 1);
    }
  }

  /** Another way to see it: inputs and rows as edges of one graph, which must have no ring. */
  private static boolean isAcyclic(Schedule schedule) {
    Map<Action, Set<Action>> before = new HashMap<>();
    for (List<Action> row : schedule.rows()) {
      for (int i = 0; i < row.size(); i++) {
        Set<Action> inputs = new HashSet<>(row.get(i).inputs(schedule.stages()));
        if (i > 0) {
          inputs.add(row.get(i - 1));
        }
        before.put(row.get(i), inputs);
      }
    }
    while (!before.isEmpty()) {
      Set<Action> free = new HashSet<>();
      before.forEach(
          (action, inputs) -> {
            if (Collections.disjoint(inputs, before.keySet())) {
              free.add(action);
            }
          });
      if (free.isEmpty()) {
        return false;
      }
      before.keySet().removeAll(free);
    }
    return true;
  }

  private static List<String> faults(Schedule schedule, List<List<Action>> rows) {
    return ScheduleValidator.faults(
        new Schedule("broken", schedule.stages(), schedule.microBatches(), true, rows));
  }

  private static List<List<Action>> copy(Schedule schedule) {
    List<List<Action>> rows = new ArrayList<>();
    schedule.rows().forEach(row -> rows.add(new ArrayList<>(row)));
    return rows;
  }
}
