package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** A chain put together by loops and helper methods, with nested chains and lambdas. */
public final class ChainInLoops implements Example {

  @Override
  public Block block() {
    SequentialBlock chain = new SequentialBlock();
    for (int width : new int[] {16, 24, 16}) {
      addLayer(chain, width);
    }
    for (int i = 0; i < 2; i++) {
      chain.add(nested(8 * (i + 1)));
    }
    return chain.add(Linear.builder().setUnits(5).build());
  }

  private static void addLayer(SequentialBlock chain, int width) {
    chain.add(Linear.builder().setUnits(width).build()).add(Activation::tanh);
  }

  private static Block nested(int width) {
    return new SequentialBlock()
        .add(LayerNorm.builder().build())
        .add(Linear.builder().setUnits(width).optBias(false).build())
        .addSingleton(array -> array.mul(0.5).add(array.square()))
        .add(list -> new NDList(Activation.sigmoid(list.head())));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 12));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.classes(manager, 5, batch));
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }
}
