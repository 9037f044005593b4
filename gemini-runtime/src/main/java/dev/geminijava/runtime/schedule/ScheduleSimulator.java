package dev.geminijava.runtime.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out a schedule on paper: when each action would run, how long the workers would stand
 * idle, and what they would hold. Sending between stages takes no time here.
 */
public final class ScheduleSimulator {

  private ScheduleSimulator() {}

  /**
   * Simulates a schedule.
   *
   * @param stages what each stage costs
   * @throws InvalidScheduleException if the schedule cannot run
   */
  public static Timeline simulate(Schedule schedule, List<StageCost> stages) {
    if (stages.size() != schedule.stages()) {
      throw new IllegalArgumentException(
          "costs of " + stages.size() + " stages for a schedule of " + schedule.stages());
    }
    ScheduleValidator.require(schedule);
    Map<Action, Double> ends = new HashMap<>();
    List<List<Timeline.Slot>> rows = new ArrayList<>();
    schedule.rows().forEach(row -> rows.add(new ArrayList<>()));
    int left = schedule.rows().stream().mapToInt(List::size).sum();
    while (left > 0) {
      for (int row = 0; row < rows.size(); row++) {
        List<Timeline.Slot> slots = rows.get(row);
        List<Action> actions = schedule.rows().get(row);
        while (slots.size() < actions.size()) {
          Action action = actions.get(slots.size());
          List<Action> inputs = action.inputs(schedule.stages());
          if (!ends.keySet().containsAll(inputs)) {
            break;
          }
          double start = slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
          for (Action input : inputs) {
            start = Math.max(start, ends.get(input));
          }
          double end = start + stages.get(action.stage()).seconds(action.kind());
          slots.add(new Timeline.Slot(action, start, end));
          ends.put(action, end);
          left--;
        }
      }
    }
    return new Timeline(schedule, rows, peakBytes(schedule, stages));
  }

  private static List<Long> peakBytes(Schedule schedule, List<StageCost> stages) {
    List<Long> peaks = new ArrayList<>();
    for (List<Action> row : schedule.rows()) {
      long held =
          row.stream()
              .mapToInt(Action::stage)
              .distinct()
              .mapToLong(stage -> stages.get(stage).parameterBytes())
              .sum();
      long peak = held;
      for (Action action : row) {
        long activation = stages.get(action.stage()).activationBytes();
        if (action.kind() == Kind.F) {
          held += activation;
          peak = Math.max(peak, held);
        }
        // Without a backward nothing is kept once the forward has ended.
        if (action.kind() == Kind.B || !schedule.training()) {
          held -= activation;
        }
      }
      peaks.add(peak);
    }
    return peaks;
  }
}
