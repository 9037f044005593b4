package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a batch is divided: the sizes of its micro-batches, and the axis along which each output of
 * the model grows with the batch.
 *
 * @param sizes samples in each micro-batch, differing by at most one
 */
record BatchSplit(long[] sizes) {

  /** Divides a batch into at most {@code count} parts. */
  static BatchSplit of(long batch, int count) {
    int parts = (int) Math.max(1, Math.min(count, batch));
    long[] sizes = new long[parts];
    for (int i = 0; i < parts; i++) {
      sizes[i] = batch / parts + (i < batch % parts ? 1 : 0);
    }
    return new BatchSplit(sizes);
  }

  /**
   * The number of samples in a batch: the first axis of every array, if they agree.
   *
   * @return empty if the arrays cannot be divided together
   */
  static Optional<Long> batchSize(NDList data) {
    if (data == null || data.isEmpty() || data.head().getShape().dimension() == 0) {
      return Optional.empty();
    }
    long batch = data.head().getShape().get(0);
    boolean same =
        data.stream()
            .map(NDArray::getShape)
            .allMatch(shape -> shape.dimension() > 0 && shape.get(0) == batch);
    return same && batch > 0 ? Optional.of(batch) : Optional.empty();
  }

  int count() {
    return sizes.length;
  }

  long batch() {
    long sum = 0;
    for (long size : sizes) {
      sum += size;
    }
    return sum;
  }

  /**
   * Divides arrays whose given axis has a fixed number of rows for each sample.
   *
   * @return one list for each micro-batch; windows on the same memory
   */
  List<NDList> divide(NDList arrays, int axis) {
    List<NDList> parts = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      parts.add(new NDList());
    }
    for (NDArray array : arrays) {
      NDList windows = divide(array, axis);
      for (int i = 0; i < sizes.length; i++) {
        parts.get(i).add(windows.get(i));
      }
    }
    return parts;
  }

  /** Divides one array along an axis. */
  NDList divide(NDArray array, int axis) {
    if (sizes.length == 1) {
      return new NDList(array.stopGradient());
    }
    long rows = array.getShape().get(axis) / batch();
    long[] ends = new long[sizes.length - 1];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += sizes[i] * rows;
      ends[i] = end;
    }
    return array.stopGradient().split(ends, axis);
  }

  /** Puts the parts of one array together again. */
  static NDArray join(NDList parts, int axis) {
    return parts.size() == 1 ? parts.head() : NDArrays.concat(parts, axis);
  }

  /**
   * Finds the axis along which an output grows with the batch.
   *
   * @param whole the output's shape for the whole batch
   * @param part its shape for a part of it
   * @param partSize the number of samples in the part
   * @return the axis, or -1 if no single axis grows in proportion
   */
  int axis(Shape whole, Shape part, long partSize) {
    if (whole.dimension() != part.dimension()) {
      return -1;
    }
    int found = -1;
    for (int a = 0; a < whole.dimension(); a++) {
      if (whole.get(a) == part.get(a)) {
        continue;
      }
      if (found >= 0 || whole.get(a) * partSize != part.get(a) * batch()) {
        return -1;
      }
      found = a;
    }
    return found;
  }
}
