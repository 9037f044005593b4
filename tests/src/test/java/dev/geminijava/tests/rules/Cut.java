package dev.geminijava.tests.rules;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How an array lies over the ranks.
 *
 * @param axis the axis that is cut, counted from the end; zero if every rank has all of it
 * @param runs of how many runs that axis consists, each of which is cut
 */
record Cut(int axis, long runs) {

  static final Cut NONE = new Cut(0, 1);

  /** Every rank has a summand of it. */
  static final Cut SUM = new Cut(0, 0);

  boolean isCut() {
    return axis != 0;
  }

  /** Each way to cut an array over some ranks, and not to cut it. */
  static List<Cut> all(long[] shape, int ranks) {
    List<Cut> cuts = new ArrayList<>(List.of(NONE));
    for (int axis = -shape.length; axis < 0; axis++) {
      for (long runs = 1; runs <= 3; runs++) {
        if (shape[shape.length + axis] % (runs * ranks) == 0) {
          cuts.add(new Cut(axis, runs));
        }
      }
    }
    return cuts;
  }

  /** One rank's part of an array. */
  NDArray piece(NDArray whole, int rank, int ranks) {
    if (equals(SUM)) {
      // No share of it: a maximum of shares, too, is a share of the maximum.
      NDArray first = whole.mul(7).sin();
      return rank == 0 ? whole.sub(first.mul(ranks - 1)) : first;
    }
    if (!isCut()) {
      return whole;
    }
    int from = whole.getShape().dimension() + axis;
    NDList parts = whole.split(runs * ranks, from);
    NDList own = new NDList();
    for (int run = 0; run < runs; run++) {
      own.add(parts.get(run * ranks + rank));
    }
    return NDArrays.concat(own, from);
  }

  /**
   * All ranks' parts put together.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  NDArray joined(List<NDArray> pieces) {
    if (equals(SUM)) {
      return pieces.stream().reduce(NDArray::add).orElseThrow();
    }
    Shape shape = pieces.get(0).getShape();
    int from = shape.dimension() + axis;
    if (from < 0 || shape.get(from) % runs != 0) {
      throw new IllegalArgumentException(
          "no " + runs + " runs along axis " + axis + " of " + shape);
    }
    NDList all = new NDList();
    for (int run = 0; run < runs; run++) {
      for (NDArray piece : pieces) {
        all.add(piece.split(runs, from).get(run));
      }
    }
    return NDArrays.concat(all, from);
  }

  @Override
  public String toString() {
    return equals(SUM)
        ? "a sum"
        : isCut() ? "cut along axis " + axis + (runs == 1 ? "" : " in " + runs + " runs") : "whole";
  }

  /** Every combination of one cut for each array. */
  static List<List<Cut>> combinations(List<List<Cut>> choices) {
    List<List<Cut>> all = List.of(Collections.emptyList());
    for (List<Cut> choice : choices) {
      List<List<Cut>> longer = new ArrayList<>();
      for (List<Cut> begun : all) {
        for (Cut cut : choice) {
          List<Cut> more = new ArrayList<>(begun);
          more.add(cut);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }
}
