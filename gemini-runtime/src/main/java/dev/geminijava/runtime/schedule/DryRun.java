package dev.geminijava.runtime.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A schedule carried out without work, every action one step long, until its end or until every
 * worker waits.
 *
 * @param schedule what was run
 * @param cells what each worker did in each step; null where it waited
 * @param done the actions that ran
 * @param stuck the action at which each waiting worker stands; empty if all ran
 */
record DryRun(
    Schedule schedule, List<List<Action>> cells, Set<Action> done, Map<Integer, Action> stuck) {

  static DryRun of(Schedule schedule) {
    List<List<Action>> rows = schedule.rows();
    List<List<Action>> cells = IntStream.range(0, rows.size()).mapToObj(DryRun::empty).toList();
    int[] next = new int[rows.size()];
    Set<Action> done = new HashSet<>();
    List<Action> step;
    do {
      step = new ArrayList<>();
      for (int row = 0; row < next.length; row++) {
        Action action = next[row] < rows.get(row).size() ? rows.get(row).get(next[row]) : null;
        boolean runs = action != null && done.containsAll(action.inputs(schedule.stages()));
        cells.get(row).add(runs ? action : null);
        if (runs) {
          step.add(action);
          next[row]++;
        }
      }
      done.addAll(step);
    } while (!step.isEmpty());
    Map<Integer, Action> stuck = new TreeMap<>();
    for (int row = 0; row < next.length; row++) {
      // The last step is the one in which nobody could run.
      cells.get(row).remove(cells.get(row).size() - 1);
      if (next[row] < rows.get(row).size()) {
        stuck.put(row, rows.get(row).get(next[row]));
      }
    }
    return new DryRun(schedule, cells, done, stuck);
  }

  private static List<Action> empty(int row) {
    return new ArrayList<>();
  }

  /**
   * The grid. Where a worker is stuck, what it never reaches follows; {@code !} stands after the
   * action at which it waits and after every action in {@code marked}.
   */
  String grid(Set<Action> marked) {
    int width =
        2
            + schedule.rows().stream()
                .flatMap(List::stream)
                .mapToInt(action -> action.toString().length())
                .max()
                .orElse(1);
    return IntStream.range(0, cells.size())
        .mapToObj(row -> line(row, width, marked))
        .collect(Collectors.joining("\n"));
  }

  private String line(int row, int width, Set<Action> marked) {
    StringBuilder line = new StringBuilder(pad(schedule.worker(row), 11));
    int ran = 0;
    for (Action action : cells.get(row)) {
      if (action == null) {
        line.append(pad("·", width));
      } else {
        line.append(pad(action + (marked.contains(action) ? "!" : ""), width));
        ran++;
      }
    }
    List<Action> actions = schedule.rows().get(row);
    for (Action action : actions.subList(ran, actions.size())) {
      boolean waits = action.equals(stuck.get(row)) || marked.contains(action);
      line.append(pad(action + (waits ? "!" : ""), width));
    }
    return line.toString().replaceAll("[· ]+$", "");
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
