package dev.geminijava.runtime.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;

/**
 * The NVIDIA driver, asked before anything of JCuda is loaded: JCuda's own answer to a missing
 * driver is a long trace.
 *
 * @param number the newest CUDA version that it supports, as CUDA counts: 12060 is 12.6; 0 if there
 *     is no driver
 * @param problem why it cannot be asked; empty if it can
 */
record Driver(int number, String problem) {

  /** CUDA libraries run on drivers of the same major version. */
  private static final int NEEDED = 12_000;

  static Driver find() {
    try {
      String library = Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
      IntByReference version = new IntByReference();
      int error =
          NativeLibrary.getInstance(library)
              .getFunction("cuDriverGetVersion")
              .invokeInt(new Object[] {version});
      return error == 0
          ? new Driver(version.getValue(), "")
          : new Driver(0, "the NVIDIA driver does not answer (CUDA error " + error + ")");
    } catch (LinkageError e) {
      return new Driver(0, "");
    }
  }

  /** Why no GPU can be used with it; empty if one can. */
  String unusable() {
    if (!problem.isEmpty()) {
      return problem;
    }
    if (number == 0) {
      return "no NVIDIA driver found, one for CUDA " + text(NEEDED) + " or later is needed";
    }
    return number < NEEDED
        ? "the NVIDIA driver is for CUDA %s, one for %s or later is needed"
            .formatted(text(number), text(NEEDED))
        : "";
  }

  /** The version as people write it; empty if there is none. */
  String version() {
    return number == 0 ? "" : text(number);
  }

  private static String text(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }
}
