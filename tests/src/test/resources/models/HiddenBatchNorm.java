package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** The norm over two features at the end gives little but signs: BatchNorm hardly shows in them. */
public final class HiddenBatchNorm implements Example {

  @Override
  public Block block() {
    return new SequentialBlock()
        .add(BatchNorm.builder().build())
        .add(Linear.builder().setUnits(3).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(2).build())
        .add(LayerNorm.builder().build());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 4));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 2));
  }
}
