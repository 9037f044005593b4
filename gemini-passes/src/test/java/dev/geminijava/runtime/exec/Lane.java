package dev.geminijava.runtime.exec;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.function.Supplier;

public final class Lane {

  private Lane() {}

  public static Object birth(PtNDArray array) {
    return array;
  }

  public static Long resolve(PtNDArray array, Object birth, Long handle) {
    return handle;
  }

  public static PtNDManager manager(Object birth, PtNDManager manager) {
    return manager;
  }

  public static Device device(Object birth, Device device) {
    return device;
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
