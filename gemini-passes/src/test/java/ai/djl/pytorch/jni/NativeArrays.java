package ai.djl.pytorch.jni;

/** As in {@link dev.geminijava.runtime}: a signature for javac, nothing that runs. */
public final class NativeArrays {

  private NativeArrays() {}

  public static long own(long handle) {
    return handle;
  }
}
