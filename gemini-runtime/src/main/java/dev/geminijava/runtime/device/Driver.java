package dev.geminijava.runtime.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The NVIDIA driver, asked before anything of JCuda is loaded: JCuda's own answer to a missing
 * driver is a long trace.
 *
 * @param number the newest CUDA version that it supports, as CUDA counts: 12060 is 12.6; 0 if its
 *     library is not there
 * @param module the version of its kernel module, {@code 550.54.15}; empty if none is loaded or the
 *     system does not tell
 * @param problem why it cannot be asked; empty if it can
 */
record Driver(int number, String module, String problem) {

  /** CUDA libraries run on drivers of the same major version and of later ones. */
  static final int NEEDED = 12_000;

  private static final Path MODULE = Path.of("/proc/driver/nvidia/version");
  private static final Pattern VERSION = Pattern.compile("\\b(\\d{3,}\\.\\d+(?:\\.\\d+)?)\\b");

  static Driver find() {
    return find(library(), MODULE);
  }

  private static String library() {
    return Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
  }

  /**
   * Asks a driver.
   *
   * @param library its library, a name or a path
   * @param moduleFile where the system tells of its kernel module
   */
  static Driver find(String library, Path moduleFile) {
    String module = module(moduleFile);
    try {
      IntByReference version = new IntByReference();
      int error =
          NativeLibrary.getInstance(library)
              .getFunction("cuDriverGetVersion")
              .invokeInt(new Object[] {version});
      return error == 0
          ? new Driver(version.getValue(), module, "")
          : new Driver(0, module, "the NVIDIA driver does not answer (CUDA error " + error + ")");
    } catch (LinkageError e) {
      return new Driver(0, module, "");
    }
  }

  /** Whether this process has a context on a GPU; asking makes none. */
  static boolean isInUse(int gpu) {
    return isInUse(library(), gpu);
  }

  static boolean isInUse(String library, int gpu) {
    IntByReference flags = new IntByReference();
    IntByReference active = new IntByReference();
    int error =
        NativeLibrary.getInstance(library)
            .getFunction("cuDevicePrimaryCtxGetState")
            .invokeInt(new Object[] {gpu, flags, active});
    return error == 0 && active.getValue() != 0;
  }

  private static String module(Path file) {
    try {
      Matcher version = VERSION.matcher(Files.readString(file));
      return version.find() ? version.group(1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** The link of the chain to a GPU that it is. */
  Link link() {
    String needed = "a driver for CUDA " + text(NEEDED) + " or later";
    if (!problem.isEmpty()) {
      return Link.wrong("NVIDIA driver", problem, needed, "see whether nvidia-smi works");
    }
    if (number == 0) {
      return module.isEmpty()
          ? Link.absent(
              "NVIDIA driver",
              "no NVIDIA driver",
              needed,
              "install one; on a machine without GPU, none is needed")
          : Link.wrong(
              "NVIDIA driver",
              "the kernel module " + module + ", but no libcuda.so.1",
              needed,
              "give the container its GPUs (docker run --gpus all), or install the driver's libraries");
    }
    return number < NEEDED
        ? Link.wrong("NVIDIA driver", described(), needed, "update the driver")
        : Link.good("NVIDIA driver", described());
  }

  private String described() {
    return (module.isEmpty() ? "a driver" : "driver " + module) + " for CUDA " + version();
  }

  /** The CUDA version as people write it; empty if there is none. */
  String version() {
    return number == 0 ? "" : text(number);
  }

  /** CUDA's number of a version, written as people do. */
  static String text(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }
}
