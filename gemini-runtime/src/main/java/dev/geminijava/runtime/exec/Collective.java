package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A collective that a segment gave a value to, and the leaf that stands for what it got back.
 *
 * @param order counts the lane's collectives in the order in which the program came to them
 * @param export where this rank's value left its graph
 * @param leaf an alias of the leaf that stands for the result on this rank
 * @param adjoint makes the value's gradient of those of all ranks' leaves
 */
record Collective(int order, Export export, NDArray leaf, Adjoint adjoint) {

  /** This rank's way to the others. */
  interface Ranks {

    /** Shows them an array, which may be null, and gets what all show. */
    List<Shown> show(String what, NDArray mine);

    /** Brings what a rank showed to this one's memory. */
    NDArray see(Shown shown);

    /** Meets them, of whom one combines what all show. */
    NDArray combine(String what, NDArray mine, Function<List<Shown>, NDArray> combine);
  }

  /**
   * Takes the gradient from the other ranks, all of which have their arrays in one memory: it is
   * put together once.
   */
  void takeSharedGradient(Ranks ranks) {
    NDArray merged =
        ranks.combine(
            what(),
            Arrays.gradient(leaf),
            all -> adjoint.merge().apply(all.stream().map(Shown::array).toList()));
    give(merged == null ? null : adjoint.part().apply(merged));
  }

  /**
   * Takes the gradient from ranks that have memories of their own: each puts it together itself.
   */
  void takeGradient(Ranks ranks, int rank) {
    NDArray mine = Arrays.gradient(leaf);
    if (adjoint.shares() == null) {
      give(merged(ranks, rank, mine, adjoint.part()));
      return;
    }
    Shape shape = leaf.getShape();
    NDArray sum =
        merged(
            ranks,
            rank,
            mine == null ? null : mine.reshape(shape.size()),
            all -> adjoint.shares().slice(all, 0, rank));
    if (sum == null) {
      give(null);
      return;
    }
    NDList sums = new NDList();
    ranks.show(what(), sum).forEach(shown -> sums.add(ranks.see(shown)));
    give(NDArrays.concat(sums).reshape(shape));
  }

  private NDArray merged(Ranks ranks, int rank, NDArray mine, UnaryOperator<NDArray> part) {
    List<NDArray> seen = new ArrayList<>();
    for (Shown shown : ranks.show(what(), mine)) {
      seen.add(shown.array() == null ? null : ranks.see(shown.part(part)));
    }
    NDArray merged = adjoint.merge().apply(seen);
    for (int r = 0; r < seen.size(); r++) {
      // A sum of one is that one.
      if (r != rank && seen.get(r) != null && seen.get(r) != merged) {
        seen.get(r).close();
      }
    }
    return merged;
  }

  private String what() {
    return "backward, " + adjoint.what();
  }

  private void give(NDArray gradient) {
    export.give(gradient == null ? null : Arrays.alias(gradient, leaf.getManager()));
    leaf.close();
  }
}
