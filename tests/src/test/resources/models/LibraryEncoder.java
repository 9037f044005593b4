package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** A stack of DJL's transformer encoder blocks. */
public final class LibraryEncoder implements Example {

  @Override
  public Block block() {
    SequentialBlock stack = new SequentialBlock();
    for (int i = 0; i < 3; i++) {
      stack.add(new TransformerEncoderBlock(8, 4, 16, 0f, Activation::gelu));
    }
    return stack.add(Linear.builder().setUnits(3).build());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5, 3));
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT32; // DJL's block makes single-precision arrays on its way
  }
}
