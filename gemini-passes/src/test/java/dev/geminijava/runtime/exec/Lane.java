package dev.geminijava.runtime.exec;

import ai.djl.pytorch.engine.PtNDArray;
import java.util.function.Supplier;

public final class Lane {

  private Lane() {}

  public static Object birth(PtNDArray array) {
    return array;
  }

  public static Long resolve(PtNDArray array, Object birth, Long handle) {
    return handle;
  }

  public static PtNDArray linear(
      PtNDArray input, PtNDArray weight, PtNDArray bias, Supplier<PtNDArray> linear) {
    return linear.get();
  }

  public static PtNDArray anew(Supplier<PtNDArray> maker) {
    return maker.get();
  }

  public static void once(Object block, Runnable initialization) {
    initialization.run();
  }
}
