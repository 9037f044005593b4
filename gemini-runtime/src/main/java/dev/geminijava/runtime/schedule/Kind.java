package dev.geminijava.runtime.schedule;

/** The direction of an {@link Action}. */
public enum Kind {
  /** Forward: computes a stage's outputs of one micro-batch. */
  F,
  /** Backward: computes the gradients of one micro-batch in a stage. */
  B
}
