package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** How one parameter of a layer is split over the ranks of a stage. */
public sealed interface Split {

  /**
   * Each rank holds its share of an axis.
   *
   * @param parts of how many equal parts the axis consists, each of which is shared out
   */
  record Along(int axis, int parts, Share share) implements Split {

    /**
     * The shares of all parts as one axis; a piece of several parts holds them on an axis of their
     * own.
     */
    public NDArray joined(NDArray piece) {
      if (parts == 1) {
        return piece;
      }
      Shape shape = piece.getShape();
      return piece.reshape(
          shape.slice(0, axis).add(parts * shape.get(axis + 1)).addAll(shape.slice(axis + 2)));
    }

    /** Where the shares lie in a piece. */
    public int pieceAxis() {
      return parts == 1 ? axis : axis + 1;
    }

    /** A rank's piece of a whole array: a window on it. */
    public NDArray window(NDArray full, int rank) {
      NDArray parted = parted(full);
      long size = parted.getShape().get(pieceAxis());
      NDIndex index = new NDIndex();
      for (int a = 0; a < pieceAxis(); a++) {
        index.addAllDim();
      }
      return parted.get(index.addSliceDim(share.begin(size, rank), share.begin(size, rank + 1)));
    }

    /** The whole array with an axis for the parts, if there are several. */
    public NDArray parted(NDArray full) {
      if (parts == 1) {
        return full;
      }
      Shape shape = full.getShape();
      return full.reshape(
          shape
              .slice(0, axis)
              .add(parts)
              .add(shape.get(axis) / parts)
              .addAll(shape.slice(axis + 1)));
    }
  }

  /** Every rank holds all of it. */
  record Whole() implements Split {}

  /** Only rank 0 uses it: what is added once to a sum of partial results. */
  record OnFirst() implements Split {}
}
