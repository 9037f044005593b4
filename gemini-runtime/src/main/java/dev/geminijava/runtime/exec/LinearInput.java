package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** What a linear layer multiplied, outside the graph, kept until its weight gradient is due. */
sealed interface LinearInput {

  /** The input as a matrix, (rows, i). */
  NDArray rows(NDManager scope);

  /** Lets go of it. */
  void close();

  /** An input that every rank has. */
  record Whole(NDArray rows) implements LinearInput {

    @Override
    public NDArray rows(NDManager scope) {
      return rows;
    }

    @Override
    public void close() {
      rows.close();
    }
  }

  /**
   * An input of which every rank keeps its share, to be gathered again.
   *
   * @param shares all ranks' shares, in rank order
   */
  record Shared(List<NDArray> shares, int axis) implements LinearInput {

    /** Copies the list. */
    public Shared {
      shares = List.copyOf(shares);
    }

    @Override
    public NDArray rows(NDManager scope) {
      try (NDArray whole = NDArrays.concat(new NDList(shares), axis)) {
        NDArray rows = whole.reshape(-1, whole.getShape().get(whole.getShape().dimension() - 1));
        rows.attach(scope);
        return rows;
      }
    }

    @Override
    public void close() {
      shares.forEach(NDArray::close);
    }
  }
}
