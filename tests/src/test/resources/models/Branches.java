package models;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;
import java.util.Arrays;

/** Branches that run side by side: one concatenates, one adds to the input that skipped it. */
public final class Branches implements Example {

  @Override
  public Block block() {
    ParallelBlock concatenated =
        new ParallelBlock(
            results ->
                new NDList(
                    NDArrays.concat(new NDList(results.get(0).head(), results.get(1).head()), 1)));
    concatenated.add(linear(7)).add(new SequentialBlock().add(linear(5)).add(Activation::relu));
    Block residual =
        new ParallelBlock(
            results -> new NDList(results.get(0).head().add(results.get(1).head())),
            Arrays.asList(
                new SequentialBlock().add(linear(20)).add(Activation::tanh).add(linear(12)),
                Blocks.identityBlock()));
    return new SequentialBlock().add(concatenated).add(residual).add(linear(3));
  }

  private static Block linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 9));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3));
  }
}
