package ai.djl.pytorch.jni;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtDeviceType;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;

/**
 * Raw tensor handles, reached from DJL's own package because its native library is private to it.
 */
// DJL's library knows data types by their place in the enumeration.
@SuppressWarnings("EnumOrdinal")
public final class NativeArrays {

  // DJL's number of ordinary tensors' layout.
  private static final int STRIDED = 0;

  private static final int ADDRESS_MODULUS = 1 << 30;

  private NativeArrays() {}

  /**
   * Gives a tensor memory of its own.
   *
   * <p>DJL creates arrays on top of a Java direct buffer and keeps that buffer alive only as long
   * as the Java array. A backward pass may still need the tensor after a scope closed the array;
   * once the buffer is collected, gradients are garbage. A tensor that owns its memory is kept
   * alive by the graph itself.
   *
   * <p>A single number is written by the device itself: to copy it there, libtorch would wait for
   * all that the device has been given to compute.
   *
   * @param data what the tensor consists of
   * @param layout DJL's number of it
   * @param maker makes a tensor on foreign memory
   * @return the handle of an equal tensor that owns its memory
   */
  public static long own(
      ByteBuffer data, Shape shape, DataType type, int layout, Device device, LongSupplier maker) {
    return shape.size() == 1 && layout == STRIDED && isExact(data, type)
        ? PyTorchLibrary.LIB.torchFull(
            shape.getShape(),
            number(data, type),
            type.ordinal(),
            layout,
            new int[] {PtDeviceType.toDeviceType(device), device.getDeviceId()},
            false)
        : own(maker.getAsLong());
  }

  /** Whether a double holds the number. */
  private static boolean isExact(ByteBuffer data, DataType type) {
    return switch (type) {
      case FLOAT32, FLOAT64, INT32 -> true;
      case INT64 -> Math.abs(number(data, type)) < 1L << 53;
      default -> false;
    };
  }

  private static double number(ByteBuffer data, DataType type) {
    ByteBuffer bytes = inOrder(data);
    return switch (type) {
      case FLOAT32 -> bytes.getFloat(0);
      case FLOAT64 -> bytes.getDouble(0);
      case INT32 -> bytes.getInt(0);
      default -> bytes.getLong(0);
    };
  }

  private static ByteBuffer inOrder(ByteBuffer data) {
    return data.duplicate().order(ByteOrder.nativeOrder());
  }

  private static long own(long handle) {
    long owned = PyTorchLibrary.LIB.tensorClone(handle);
    PyTorchLibrary.LIB.torchDeleteTensor(handle);
    return owned;
  }

  /** Tells whether a tensor's elements stand in order and without gaps; many views' do not. */
  public static boolean isContiguous(PtNDArray array) {
    return PyTorchLibrary.LIB.torchIsContiguous(array.getHandle());
  }

  /** A second handle on the same tensor. */
  public static long alias(PtNDArray array) {
    Device device = array.getDevice();
    return PyTorchLibrary.LIB.torchTo(
        array.getHandle(),
        array.getDataType().ordinal(),
        new int[] {PtDeviceType.toDeviceType(device), device.getDeviceId()});
  }

  /** The handle of a new tensor of one element, for an array that is made up later. */
  public static long placeholder() {
    return PyTorchLibrary.LIB.torchZeros(
        new long[] {1}, DataType.FLOAT32.ordinal(), 0, new int[] {0, -1}, false);
  }

  /**
   * A tensor's memory, wherever it is: of a GPU's, the buffer tells the address only.
   *
   * @throws ai.djl.engine.EngineException if its elements do not stand in order and without gaps,
   *     or take 2 GiB or more
   */
  public static ByteBuffer memory(PtNDArray array) {
    return PyTorchLibrary.LIB.torchDirectByteBuffer(array.getHandle());
  }

  /** Where a tensor's memory is: its address, or as much of it as Java tells. */
  public static int place(PtNDArray array) {
    return place(array.getHandle());
  }

  private static int place(long handle) {
    try {
      return PyTorchLibrary.LIB.torchDirectByteBuffer(handle).alignmentOffset(0, ADDRESS_MODULUS);
    } catch (EngineException e) {
      if (PyTorchLibrary.LIB.torchSizes(handle)[0] <= 1) {
        throw e;
      }
      // Too large for a buffer; its beginning is not.
      long beginning = PyTorchLibrary.LIB.torchSlice(handle, 0, 0, 1, 1);
      try {
        return place(beginning);
      } finally {
        PyTorchLibrary.LIB.torchDeleteTensor(beginning);
      }
    }
  }
}
