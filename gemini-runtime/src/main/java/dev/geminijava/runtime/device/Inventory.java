package dev.geminijava.runtime.device;

import com.google.gson.GsonBuilder;
import com.sun.management.OperatingSystemMXBean;
import dev.geminijava.runtime.text.ByteSize;
import dev.geminijava.runtime.text.TextTable;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What this machine can compute on.
 *
 * @param cores the CPU's cores that this process may use
 * @param memoryBytes the memory that this process may use
 * @param driverVersion the NVIDIA driver's, {@code 550.54.15}; empty if the system does not tell
 * @param cudaVersion the newest CUDA version that the driver supports, {@code 12.6}; empty without
 *     a driver
 * @param gpus the GPUs; empty if there are none, or none can be used
 * @param withoutGpus why there are none and what to do about it, in a line; empty if there are some
 */
public record Inventory(
    int cores,
    long memoryBytes,
    String driverVersion,
    String cudaVersion,
    List<Gpu> gpus,
    String withoutGpus) {

  /** Copies the list. */
  public Inventory {
    gpus = List.copyOf(gpus);
  }

  /** Looks at this machine. Never fails and never prints, whatever is missing or broken. */
  public static Inventory detect() {
    return detect(Driver.find());
  }

  static Inventory detect(Driver driver) {
    Gpus gpus = Gpus.behind(driver);
    Link last = gpus.link().orElse(driver.link());
    return new Inventory(
        Runtime.getRuntime().availableProcessors(),
        memory(),
        driver.module(),
        driver.version(),
        gpus.list(),
        last.isGood() ? "" : last.inWords() + "; --devices=cpu:N works without");
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /** A table for a terminal. */
  public String toTable() {
    TextTable table = new TextTable("device", "name", "memory", "free", "compute", "peers");
    table.row("cpu", cores + " cores", ByteSize.format(memoryBytes), "", "", "");
    for (Gpu gpu : gpus) {
      table.row(
          "gpu:" + gpu.index(),
          gpu.name(),
          ByteSize.format(gpu.totalBytes()),
          ByteSize.format(gpu.freeBytes()),
          gpu.computeCapability(),
          gpu.peers().isEmpty()
              ? "-"
              : gpu.peers().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    return withoutGpus.isEmpty() ? table + "\n" + driver() : table + "\nno GPU: " + withoutGpus;
  }

  private String driver() {
    return "driver "
        + (driverVersion.isEmpty() ? "" : driverVersion + " ")
        + "for CUDA "
        + cudaVersion;
  }

  /** The same as JSON. */
  public String toJson() {
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(this);
  }
}
