package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.device.Memory;
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

  /** Where its arrays are. */
  final Memory memory;

  /** Before and behind what its device computes forward; the second is null until then. */
  final Event begin;

  Event ready;

  /** The same backward. */
  Event backwardBegin;

  Event backwardReady;
  long bytes;

  /** How many of the bytes are this rank's shares of arrays. */
  long sharedBytes;

  Segment(int slot, int stage, NDManager manager, Memory memory, Event begin) {
    this.slot = slot;
    this.stage = stage;
    this.manager = manager;
    this.memory = memory;
    this.begin = begin;
  }

  /** How long its forward took; waits for its device. */
  long forwardNanos() {
    return ready.nanos() - begin.nanos();
  }

  /** How long its backward took, 0 if there was none; waits for its device. */
  long backwardNanos() {
    return backwardReady == null ? 0 : backwardReady.nanos() - backwardBegin.nanos();
  }
}
