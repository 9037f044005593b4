package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;

/** A value that left a segment, and where its gradient will be found. */
public final class Export {

  /** An alias of the value in the graph that produced it. */
  final NDArray value;

  /** The segment that the leaf belongs to; null for a value that left the model. */
  final Segment target;

  private final NDArray leaf;
  private boolean differentiable = true;
  private NDArray given;

  private Export(NDArray value, NDArray leaf, Segment target) {
    this.value = value;
    this.leaf = leaf;
    this.target = target;
  }

  /**
   * A value that lives on as a leaf of a later segment.
   *
   * @param leaf an alias of that leaf, so that no scope of the program can close it
   * @param target the later segment
   */
  static Export toLeaf(NDArray value, NDArray leaf, Segment target) {
    return new Export(value, leaf, target);
  }

  /** A value that left the model; its gradient will be {@link #give given}. */
  static Export toCaller(NDArray value) {
    return new Export(value, null, null);
  }

  /** A value that left the model and depends on nothing that is trained. */
  static Export constant(NDArray value) {
    Export export = new Export(value, null, null);
    export.differentiable = false;
    return export;
  }

  /** True if gradients flow into the value. */
  public boolean differentiable() {
    return differentiable;
  }

  /** Sets the gradient of a value that left the model; null if the loss does not depend on it. */
  public void give(NDArray gradient) {
    given = gradient;
  }

  /** The gradient that reached the value, or null if none did. */
  NDArray seed() {
    return leaf == null ? given : Arrays.gradient(leaf);
  }

  void close() {
    value.close();
    if (leaf != null) {
      leaf.close();
    }
    if (given != null) {
      given.close();
    }
  }
}
