package dev.geminijava.runtime.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Checks before it runs that a schedule is complete (every action once, a stage's on one worker)
 * and that it ends (nothing stands before its input, no ring of workers waits for itself).
 */
public final class ScheduleValidator {

  private final Schedule schedule;
  private final Map<Action, List<Integer>> rowsOf = new LinkedHashMap<>();
  private final Set<Action> marked = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private final DryRun run;

  private ScheduleValidator(Schedule schedule) {
    this.schedule = schedule;
    for (int row = 0; row < schedule.rows().size(); row++) {
      for (Action action : schedule.rows().get(row)) {
        rowsOf.computeIfAbsent(action, key -> new ArrayList<>()).add(row);
      }
    }
    run = DryRun.of(schedule);
    checkComplete();
    checkOneWorkerPerStage();
    run.stuck().forEach(this::explainWait);
  }

  /**
   * Returns the schedule if it is good.
   *
   * @throws InvalidScheduleException with a grid that marks the error and says who waits for whom
   */
  public static Schedule require(Schedule schedule) {
    ScheduleValidator check = new ScheduleValidator(schedule);
    if (!check.faults.isEmpty()) {
      throw new InvalidScheduleException(
          "schedule %s cannot run:\n%s\n%s"
              .formatted(
                  schedule.title(), check.run.grid(check.marked), String.join("\n", check.faults)));
    }
    return schedule;
  }

  /** What is wrong with a schedule, a line each; empty if it is good. */
  public static List<String> faults(Schedule schedule) {
    return List.copyOf(new ScheduleValidator(schedule).faults);
  }

  private void checkComplete() {
    Set<Action> expected = expected();
    for (Action action : expected) {
      if (!rowsOf.containsKey(action)) {
        faults.add(action + " is missing");
      }
    }
    rowsOf.forEach(
        (action, rows) -> {
          if (!expected.contains(action)) {
            marked.add(action);
            faults.add(action + " does not belong to " + schedule.title());
          } else if (rows.size() > 1) {
            marked.add(action);
            faults.add(action + " stands " + rows.size() + " times");
          }
        });
  }

  private Set<Action> expected() {
    Set<Action> expected = new LinkedHashSet<>();
    for (int stage = 0; stage < schedule.stages(); stage++) {
      for (int m = 0; m < schedule.microBatches(); m++) {
        expected.add(Action.forward(stage, m));
        if (schedule.training()) {
          expected.add(Action.backward(stage, m));
        }
      }
    }
    return expected;
  }

  private void checkOneWorkerPerStage() {
    Map<Integer, Set<Integer>> rowsOfStage = new TreeMap<>();
    rowsOf.forEach(
        (action, rows) ->
            rowsOfStage.computeIfAbsent(action.stage(), key -> new TreeSet<>()).addAll(rows));
    rowsOfStage.forEach(
        (stage, rows) -> {
          if (rows.size() > 1) {
            faults.add(
                "the actions of stage %d stand in rows %s: its parameters are with one worker only"
                    .formatted(
                        stage,
                        rows.stream().map(String::valueOf).collect(Collectors.joining(" and "))));
          }
        });
  }

  private void explainWait(int row, Action action) {
    for (Action input : action.inputs(schedule.stages())) {
      if (!run.done().contains(input)) {
        faults.add(
            "%s waits at %s for %s, which %s"
                .formatted(schedule.worker(row), action, input, whoComputes(input, row)));
      }
    }
  }

  private String whoComputes(Action input, int waiting) {
    List<Integer> rows = rowsOf.getOrDefault(input, List.of());
    if (rows.isEmpty()) {
      return "nobody computes";
    }
    if (rows.contains(waiting)) {
      return "it computes itself, but later";
    }
    int row = rows.get(0);
    Action standing = run.stuck().get(row);
    return schedule.worker(row)
        + " computes"
        + (input.equals(standing) ? ", itself waiting" : " after " + standing);
  }
}
