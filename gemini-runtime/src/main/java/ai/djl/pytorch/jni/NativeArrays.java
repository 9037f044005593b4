package ai.djl.pytorch.jni;

/**
 * Raw tensor handles, reached from DJL's own package because its native library is private to it.
 */
public final class NativeArrays {

  private NativeArrays() {}

  /**
   * Gives a tensor memory of its own.
   *
   * <p>DJL creates arrays on top of a Java direct buffer and keeps that buffer alive only as long
   * as the Java array. A backward pass may still need the tensor after a scope closed the array;
   * once the buffer is collected, gradients are garbage. A tensor that owns its memory is kept
   * alive by the graph itself.
   *
   * @param handle a tensor on foreign memory; deleted by this call
   * @return the handle of an equal tensor that owns its memory
   */
  public static long own(long handle) {
    long owned = PyTorchLibrary.LIB.tensorClone(handle);
    PyTorchLibrary.LIB.torchDeleteTensor(handle);
    return owned;
  }
}
