package dev.geminijava.runtime.device;

import com.sun.management.OperatingSystemMXBean;
import dev.geminijava.runtime.text.ByteSize;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That a device had no room for an array, as libtorch says it.
 *
 * @param device where, {@code gpu:0} or {@code host}
 * @param askedBytes how much was asked for
 * @param freeBytes how much was free, or -1 if the system does not tell
 */
public record OutOfMemory(String device, long askedBytes, long freeBytes) {

  private static final String SIZE = "(\\d+(?:\\.\\d+)? (?:bytes|[KMG]iB))";
  private static final Pattern GPU =
      Pattern.compile(
          "CUDA out of memory\\. Tried to allocate "
              + SIZE
              + "\\. GPU (\\d+) has a total capacity of "
              + SIZE
              + " of which "
              + SIZE
              + " is free\\.");
  private static final Pattern CPU =
      Pattern.compile("DefaultCPUAllocator: .*: you tried to allocate (\\d+) bytes\\.");

  /** What an exception of DJL's says about memory, if it is about that. */
  public static Optional<OutOfMemory> in(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    Matcher gpu = GPU.matcher(message);
    if (gpu.find()) {
      return Optional.of(
          new OutOfMemory("gpu:" + gpu.group(2), bytes(gpu.group(1)), bytes(gpu.group(4))));
    }
    Matcher cpu = CPU.matcher(message);
    return cpu.find()
        ? Optional.of(new OutOfMemory("host", Long.parseLong(cpu.group(1)), freeOnHost()))
        : Optional.empty();
  }

  private static long bytes(String size) {
    return size.startsWith("0 ") || size.startsWith("0.00 ")
        ? 0
        : ByteSize.parse(size.replace(" bytes", ""));
  }

  private static long freeOnHost() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getFreeMemorySize()
        : -1;
  }

  /** It in words, with what to do. */
  @Override
  public String toString() {
    return "out of memory: %s asked for%s on %s; smaller batches or more micro-batches, stages or"
            .formatted(
                ByteSize.format(askedBytes),
                freeBytes < 0 ? "" : ", " + ByteSize.format(freeBytes) + " free",
                device)
        + " ranks need less at once";
  }
}
