package dev.geminijava.tests.model;

import ai.djl.nn.Block;
import ai.djl.nn.norm.Dropout;
import java.lang.reflect.Field;

/** Sets dropout where DJL's builders offer no way: BERT's encoder blocks have it fixed at 0.1. */
public final class Dropouts {

  private Dropouts() {}

  /** Sets the rate of every dropout at or below a block, and returns that block. */
  public static <B extends Block> B set(B block, float rate) {
    try {
      if (block instanceof Dropout) {
        Field field = Dropout.class.getDeclaredField("rate");
        field.setAccessible(true);
        field.setFloat(block, rate);
      }
      // Encoder blocks keep theirs in fields only.
      for (Field field : block.getClass().getDeclaredFields()) {
        if (field.getType() == Dropout.class) {
          field.setAccessible(true);
          set((Dropout) field.get(block), rate);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    block.getChildren().values().forEach(child -> set(child, rate));
    return block;
  }
}
