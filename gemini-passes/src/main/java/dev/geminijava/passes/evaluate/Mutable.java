package dev.geminijava.passes.evaluate;

/** Something that a branch may change, and that can be put back. */
interface Mutable {

  /** Its state now. */
  Object snapshot();

  /** Puts a state back. */
  void restore(Object snapshot);
}
