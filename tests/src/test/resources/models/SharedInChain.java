package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** A chain that holds the same layer twice, and a branch that holds it once more. */
public final class SharedInChain implements Example {

  @Override
  public Block block() {
    Block shared = Linear.builder().setUnits(8).build();
    return new SequentialBlock()
        .add(shared)
        .add(Activation::tanh)
        .add(new SequentialBlock().add(shared).add(Activation::tanh))
        .add(Linear.builder().setUnits(8).build())
        .add(shared);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 8));
  }
}
