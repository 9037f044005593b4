package dev.geminijava.runtime.device;

import com.sun.jna.NativeLibrary;

/**
 * Whether libtorch lets a GPU multiply in TF32. It asks the environment when it is loaded, and DJL
 * cannot tell it later.
 */
public final class Tf32 {

  /** What libtorch asks for. */
  public static final String VARIABLE = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

  private Tf32() {}

  /** Allows it to a libtorch that is not loaded yet; does nothing where that cannot be done. */
  public static void allow() {
    try {
      NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {VARIABLE, "1", 1});
    } catch (LinkageError e) {
      // Not on this system; then the user has to.
      return;
    }
  }

  /** Whether the process's own environment, not Java's copy of it, allows it. */
  public static boolean isAllowed() {
    try {
      return "1"
          .equals(
              NativeLibrary.getProcess()
                  .getFunction("getenv")
                  .invokeString(new Object[] {VARIABLE}, false));
    } catch (LinkageError e) {
      return "1".equals(System.getenv(VARIABLE));
    }
  }
}
