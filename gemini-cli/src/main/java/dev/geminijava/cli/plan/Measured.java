package dev.geminijava.cli.plan;

import java.util.List;

/**
 * What a run really did, in the middle of its steps: neither the fastest nor the slowest.
 *
 * @param steps how many steps the trace shows
 * @param stepSeconds from the beginning of one step to that of the next, the median
 * @param busySeconds from the first forward of a step to its last update, the median
 * @param bubble idle time over computing time within a step, as the prediction counts it
 * @param sentBytes what stages sent each other in the shown step
 * @param collectiveBytes what ranks exchanged in the shown step
 * @param stages in their order
 * @param rows what each stage did in the shown step
 */
public record Measured(
    int steps,
    double stepSeconds,
    double busySeconds,
    double bubble,
    long sentBytes,
    long collectiveBytes,
    List<Stage> stages,
    List<List<Slot>> rows) {

  /**
   * A stage's medians.
   *
   * @param forwardSeconds of one micro-batch
   * @param backwardSeconds of one micro-batch, with its share of what is done for all together
   * @param peakBytes what a rank held at most
   */
  public record Stage(double forwardSeconds, double backwardSeconds, long peakBytes) {}

  /**
   * Something that a stage did.
   *
   * @param kind {@code F}, {@code B}, {@code weights} or {@code optimizer}
   * @param microBatch -1 where it belongs to none
   * @param start seconds from the beginning of the step
   * @param end seconds from the beginning of the step
   */
  public record Slot(int stage, String kind, int microBatch, double start, double end) {}
}
