package dev.geminijava.runtime.schedule;

/**
 * What a stage costs.
 *
 * @param forwardSeconds time of one micro-batch's forward
 * @param backwardSeconds time of one micro-batch's backward
 * @param activationBytes what one micro-batch keeps from its forward to its backward
 * @param parameterBytes what the stage holds all the time: parameters, gradients, optimizer state
 */
public record StageCost(
    double forwardSeconds, double backwardSeconds, long activationBytes, long parameterBytes) {

  /** The time of an action in one direction. */
  public double seconds(Kind kind) {
    return kind == Kind.F ? forwardSeconds : backwardSeconds;
  }

  /** The time of one micro-batch, forward and backward. */
  public double seconds() {
    return forwardSeconds + backwardSeconds;
  }

  /** What the stage holds while so many micro-batches are alive. */
  public long bytes(int liveMicroBatches) {
    return parameterBytes + liveMicroBatches * activationBytes;
  }
}
