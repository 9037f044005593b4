package dev.geminijava.tests.random;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;

/** A model whose labels and floating inputs are off by a little more than rounding. */
record Shaken(Example example) implements Example {

  private static final double SINGLE = 1e-6;
  private static final double DOUBLE = 1e-12;

  @Override
  public Block block() {
    return example.block();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return shake(example.data(manager, batch));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return shake(example.labels(manager, batch));
  }

  private NDList shake(NDList list) {
    double factor = 1 + (dataType() == DataType.FLOAT64 ? DOUBLE : SINGLE);
    NDList shaken = new NDList();
    list.forEach(a -> shaken.add(a.getDataType().isFloating() ? a.mul(factor) : a));
    return shaken;
  }

  @Override
  public Loss loss() {
    return example.loss();
  }

  @Override
  public DataType dataType() {
    return example.dataType();
  }
}
