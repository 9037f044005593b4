package dev.geminijava.runtime.exec;

/** How one parameter of a layer is split over the ranks of a stage. */
public sealed interface Split {

  /** Each rank holds its share of an axis. */
  record Along(int axis, Share share) implements Split {}

  /** Only rank 0 uses it: what is added once to a sum of partial results. */
  record OnFirst() implements Split {}
}
