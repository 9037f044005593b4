package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** A value that left a segment, and where its gradient will be found. */
public final class Export {

  /** An alias of the value in the graph that produced it. */
  final NDArray value;

  private final NDArray leaf;
  private boolean differentiable = true;
  private final UnaryOperator<NDArray> part;
  private NDArray given;

  private Export(NDArray value, NDArray leaf, UnaryOperator<NDArray> part) {
    this.value = value;
    this.leaf = leaf;
    this.part = part;
  }

  /**
   * A value that lives on as a leaf of a later segment.
   *
   * @param leaf an alias of that leaf, so that no scope of the program can close it
   * @param part takes this rank's part of the leaf's gradient
   */
  static Export toLeaf(NDArray value, NDArray leaf, UnaryOperator<NDArray> part) {
    return new Export(value, leaf, part);
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
    if (leaf == null) {
      return given;
    }
    NDArray gradient = Arrays.gradient(leaf);
    return gradient == null ? null : part.apply(gradient);
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
