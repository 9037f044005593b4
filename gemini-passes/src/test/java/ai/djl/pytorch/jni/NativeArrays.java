package ai.djl.pytorch.jni;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** As in {@link dev.geminijava.runtime}: a signature for javac, nothing that runs. */
public final class NativeArrays {

  private NativeArrays() {}

  public static long own(
      ByteBuffer data, Shape shape, DataType type, int layout, Device device, LongSupplier maker) {
    return maker.getAsLong();
  }
}
