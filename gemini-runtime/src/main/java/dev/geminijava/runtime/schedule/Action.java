package dev.geminijava.runtime.schedule;

import java.util.List;

/**
 * One piece of work: a stage computes one micro-batch in one direction. Prints as {@code 2F0}.
 *
 * @param stage the stage, from 0
 * @param kind forward or backward
 * @param microBatch the micro-batch, from 0
 */
public record Action(int stage, Kind kind, int microBatch) {

  /** The forward of a micro-batch in a stage. */
  public static Action forward(int stage, int microBatch) {
    return new Action(stage, Kind.F, microBatch);
  }

  /** The backward of a micro-batch in a stage. */
  public static Action backward(int stage, int microBatch) {
    return new Action(stage, Kind.B, microBatch);
  }

  /**
   * What must have ended before this may start: the previous stage's forward; for a backward, its
   * own forward and the next stage's backward.
   *
   * @param stages the number of stages
   */
  public List<Action> inputs(int stages) {
    if (kind == Kind.F) {
      return stage == 0 ? List.of() : List.of(forward(stage - 1, microBatch));
    }
    return stage == stages - 1
        ? List.of(forward(stage, microBatch))
        : List.of(forward(stage, microBatch), backward(stage + 1, microBatch));
  }

  @Override
  public String toString() {
    return "" + stage + kind + microBatch;
  }
}
