package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;

/**
 * A collective that a segment gave a value to, and the leaf that stands for what it got back.
 *
 * @param order counts the lane's collectives in the order in which the program came to them
 * @param export where this rank's value left its graph
 * @param leaf an alias of the leaf that stands for the result on this rank
 * @param adjoint makes the value's gradient of those of all ranks' leaves
 */
record Collective(int order, Export export, NDArray leaf, Adjoint adjoint) {

  /** Meets the other ranks and takes the gradient from them. */
  void takeGradient(Meeting meeting, int rank) {
    NDArray merged =
        meeting.meet(
            rank,
            "backward, " + adjoint.what(),
            Arrays.gradient(leaf),
            gradients -> adjoint.merge().apply(gradients));
    export.give(
        merged == null ? null : Arrays.alias(adjoint.part().apply(merged), leaf.getManager()));
    leaf.close();
  }
}
