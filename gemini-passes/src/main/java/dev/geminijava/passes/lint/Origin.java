package dev.geminijava.passes.lint;

/** Where a value in a forward pass comes from; of several, the last one named here counts. */
public enum Origin {
  /** Nothing to do with the batch. */
  ELSEWHERE,
  /** A parameter of the model, or computed from parameters alone. */
  WEIGHT,
  /** A number or truth value that was read out of the batch, or out of what it became. */
  READ,
  /** Computed from the batch: an array of its own. */
  COMPUTED,
  /** What a layer returned, or a view of it. */
  ACTIVATION,
  /** What came in, or a view of it. */
  INPUT;

  /** The one that counts. */
  Origin or(Origin other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** Whether it is an array that differs from batch to batch. */
  public boolean isBatch() {
    return compareTo(COMPUTED) >= 0;
  }
}
