package dev.geminijava.runtime.device;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A share of the CPU that acts as a device: some threads, and a memory limit that plans respect.
 *
 * @param index its number, from 0
 * @param cores how many threads its operations use
 * @param memoryBytes what it may hold
 */
public record VirtualDevice(int index, int cores, long memoryBytes) {

  /** So many devices on a machine, with the memory given for each or an equal share of all. */
  public static List<VirtualDevice> list(int count, Inventory machine, OptionalLong memoryBytes) {
    // With more devices than cores they take turns, each with one thread.
    int cores = Math.max(1, machine.cores() / count);
    long memory = memoryBytes.orElse(machine.memoryBytes() / count);
    return IntStream.range(0, count).mapToObj(i -> new VirtualDevice(i, cores, memory)).toList();
  }

  /** Its name, {@code cpu:0}. */
  @Override
  public String toString() {
    return "cpu:" + index;
  }
}
