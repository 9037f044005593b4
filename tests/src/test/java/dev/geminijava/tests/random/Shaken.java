package dev.geminijava.tests.random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;

/** A model whose parameters, labels and floating inputs are off by a little more than rounding. */
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

  /** Each number by another factor: what normalises does not see a common one. */
  @Override
  public void initialized(Block block) {
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    for (Parameter parameter : block.getParameters().values()) {
      NDArray array = parameter.getArray();
      try (NDManager manager = array.getManager().newSubManager()) {
        NDArray wave =
            manager
                .arange((float) array.size())
                .sin()
                .reshape(array.getShape())
                .toType(array.getDataType(), false);
        array.muli(wave.mul(small()).add(1));
      }
    }
    JniUtils.setGradMode(gradMode);
  }

  private double small() {
    return dataType() == DataType.FLOAT64 ? DOUBLE : SINGLE;
  }

  private NDList shake(NDList list) {
    double factor = 1 + small();
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
