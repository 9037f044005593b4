package dev.geminijava.runtime.schedule;

import java.util.List;
import java.util.Set;

/**
 * In which order each worker computes its stages' micro-batches: data, that is checked by {@link
 * ScheduleValidator}, timed by {@link ScheduleSimulator} and carried out by a loop that decides
 * nothing. A constructor accepts any order; a bad one is the validator's to report.
 *
 * <p>Row {@code w} belongs to worker {@code w}. With one stage per worker, rows and stages are the
 * same; an interleaved schedule has fewer rows than stages, and its rows name several stages.
 *
 * @param name what it is called
 * @param stages the number of stages
 * @param microBatches the number of micro-batches in a batch
 * @param training whether every forward is followed by its backward
 * @param rows the actions of each worker, in order
 */
public record Schedule(
    String name, int stages, int microBatches, boolean training, List<List<Action>> rows) {

  /** Copies the rows. */
  public Schedule {
    if (stages < 1 || microBatches < 1) {
      throw new IllegalArgumentException(
          "a schedule needs a stage and a micro-batch, got " + stages + " and " + microBatches);
    }
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** All forwards, then all backwards: every micro-batch is alive at once. */
  public static Schedule gpipe(int stages, int microBatches) {
    return new Schedule("gpipe", stages, microBatches, true, GPipe.rows(stages, microBatches));
  }

  /** One forward, one backward in turn: at most {@code stages - stage} micro-batches are alive. */
  public static Schedule oneFOneB(int stages, int microBatches) {
    return new Schedule("1f1b", stages, microBatches, true, OneFOneB.rows(stages, microBatches));
  }

  /** Forwards only, for evaluation and prediction. */
  public static Schedule forward(int stages, int microBatches) {
    return new Schedule(
        "forward", stages, microBatches, false, GPipe.forwards(stages, microBatches));
  }

  /** The actions of a stage's worker, in order. */
  public List<Action> actions(int stage) {
    return rows.get(stage);
  }

  /** How many micro-batches a stage holds at most between their forward and their backward. */
  public int peakLive(int stage) {
    int live = 0;
    int peak = 0;
    for (List<Action> row : rows) {
      for (Action action : row) {
        if (action.stage() == stage) {
          live += action.kind() == Kind.F ? 1 : -1;
          peak = Math.max(peak, live);
        }
      }
    }
    return training ? peak : 1;
  }

  /** What a worker is called in reports. */
  String worker(int row) {
    return (rows.size() == stages ? "stage " : "worker ") + row;
  }

  /** Its name and sizes, in words. */
  String title() {
    return "%s (%d stages, %d micro-batches)".formatted(name, stages, microBatches);
  }

  /** A grid: a line per worker, a column per step, a dot where it waits. */
  @Override
  public String toString() {
    return title() + "\n" + DryRun.of(this).grid(Set.of());
  }
}
