package dev.geminijava.runtime.exec;

import ai.djl.pytorch.engine.PtNDArray;
import java.util.function.Supplier;

/**
 * Follows which arrays may be one rank's alone: its pieces of parameters, and what it computed from
 * them until ranks put their results together.
 *
 * <p>An operation asks for its operands' handles and then makes its results, so a result comes from
 * what was asked for since the last one was made. An array made of nothing counts like the one
 * before it unless it is {@link #forget announced}: to be taken for one rank's own when it is not
 * only costs a collective that could have been saved.
 */
final class Origin {

  private boolean own;
  private boolean made;
  private Boolean decided;

  /** Notes that an operation asked for an array. */
  void used(boolean own) {
    if (made) {
      made = false;
      this.own = false;
    }
    this.own |= own;
  }

  /** Notes that an array was made; tells whether it may be this rank's alone. */
  boolean made() {
    made = true;
    return decided == null ? own : decided;
  }

  /** The next array is made of nothing. */
  void forget() {
    made = false;
    own = false;
  }

  /** What is made meanwhile is this rank's alone. */
  <T> T own(Supplier<T> maker) {
    return decided(true, maker);
  }

  /** What is made meanwhile is the same on all ranks. */
  <T> T same(Supplier<T> maker) {
    return decided(false, maker);
  }

  /** What is made meanwhile belongs to no operation of the program. */
  <T> T aside(Supplier<T> maker) {
    boolean outerOwn = own;
    boolean outerMade = made;
    try {
      return maker.get();
    } finally {
      own = outerOwn;
      made = outerMade;
    }
  }

  private <T> T decided(boolean own, Supplier<T> maker) {
    Boolean outer = decided;
    decided = own;
    try {
      return maker.get();
    } finally {
      decided = outer;
    }
  }

  /** Whether an array may be this rank's alone; one that was made outside of all lanes is not. */
  boolean isOwn(PtNDArray array) {
    forget();
    array.getHandle();
    made = true;
    return own;
  }
}
