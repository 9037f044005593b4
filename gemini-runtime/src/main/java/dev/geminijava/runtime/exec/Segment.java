package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stretch of one lane's forward pass whose autograd graph is its own: between two places where
 * values were handed over, to a later stage or to a collective.
 *
 * <pre>
 *   segment 0        | cut |        segment 1          | all-reduce |     segment 2
 *   x ── f ── y ─────▶ y'(leaf) ── g ── p ─────────────▶ s (leaf) ── h ── z
 *             export(y, y')             export(p, s)
 * </pre>
 *
 * <p>Backward runs the segments in reverse; the gradient that reached a leaf seeds the export it
 * was made from.
 */
final class Segment {

  /** Which candidate cut opened this segment: 0 before the first, i+1 after the i-th. */
  final int slot;

  final int stage;
  final NDManager manager;
  final List<Export> exports = new ArrayList<>();

  /**
   * What entered this segment: the array as the program knows it, and the leaf that stands for it.
   */
  final Map<NDArray, NDArray> imports = new IdentityHashMap<>();

  /** Linear layers whose weight gradients are computed when all micro-batches are through. */
  final List<LinearCall> linearCalls = new ArrayList<>();

  /** The differentiable collectives that took a value from here. */
  final List<Collective> collectives = new ArrayList<>();

  /** Sums over the ranks that began here and that may still become shares. */
  final List<Parts.Sum> sums = new ArrayList<>();

  final Birth own = new Birth(this, true);
  final Birth replicated = new Birth(this, false);

  final long begin = System.nanoTime();
  long forwardNanos;
  long backwardNanos;
  long bytes;

  /** How many of the bytes are this rank's shares of arrays. */
  long sharedBytes;

  Segment(int slot, int stage, NDManager manager) {
    this.slot = slot;
    this.stage = stage;
    this.manager = manager;
  }
}
