package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.GRU;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** GRUs over a sequence. */
public final class GruStack implements Example {

  @Override
  public Block block() {
    return new SequentialBlock()
        .add(GRU.builder().setStateSize(6).setNumLayers(2).build())
        .add(GRU.builder().setStateSize(4).setNumLayers(1).build())
        .add(Linear.builder().setUnits(3).build());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 4, 5));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 4, 3));
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT32; // DJL's block makes single-precision arrays on its way
  }
}
