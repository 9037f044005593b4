package dev.geminijava.runtime.device;

import java.util.List;
import java.util.Optional;

/**
 * The GPUs that JCuda shows.
 *
 * @param list them
 * @param link how JCuda stands behind the driver; empty if it was not asked, for want of a driver
 */
record Gpus(List<Gpu> list, Optional<Link> link) {

  Gpus {
    list = List.copyOf(list);
  }

  /** Asks, if there is a driver to ask. */
  static Gpus behind(Driver driver) {
    if (!driver.link().isGood()) {
      return new Gpus(List.of(), Optional.empty());
    }
    String part = "JCuda";
    try {
      List<Gpu> list = CudaGpus.list();
      Link link =
          list.isEmpty()
              ? Link.wrong(
                  part,
                  "no GPU behind the NVIDIA driver",
                  "at least one",
                  "check nvidia-smi and CUDA_VISIBLE_DEVICES")
              : Link.good(
                  part,
                  "runtime %s, %d GPU%s"
                      .formatted(
                          Driver.text(CudaGpus.runtimeVersion()),
                          list.size(),
                          list.size() == 1 ? "" : "s"));
      return new Gpus(list, Optional.of(link));
    } catch (LinkageError | RuntimeException e) {
      return new Gpus(
          List.of(),
          Optional.of(
              Link.wrong(
                  part, firstLine(e), "a driver that answers", "see whether nvidia-smi works")));
    }
  }

  private static String firstLine(Throwable thrown) {
    // JCuda's native library fails in its class initializer, which wraps and repeats the cause.
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
