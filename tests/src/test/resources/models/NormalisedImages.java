package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Convolutions with BatchNorm, whose running statistics are state. */
public final class NormalisedImages implements Example {

  @Override
  public Block block() {
    SequentialBlock net = new SequentialBlock();
    for (int filters : new int[] {4, 6}) {
      net.add(Conv2d.builder().setFilters(filters).setKernelShape(new Shape(3, 3)).build())
          .add(BatchNorm.builder().build())
          .add(Activation::relu);
    }
    return net.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(4).build());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 1, 8, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.classes(manager, 4, batch));
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }
}
