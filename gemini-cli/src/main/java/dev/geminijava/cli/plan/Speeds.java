package dev.geminijava.cli.plan;

import dev.geminijava.passes.shard.search.Machine;

/**
 * How fast the devices are, all alike.
 *
 * @param machine computing and talking to other devices
 * @param memoryBytes bytes per second to and from a device's own memory
 * @param overhead seconds that starting one operation takes
 */
public record Speeds(Machine machine, double memoryBytes, double overhead) {

  /** Virtual devices, each with a core of its own; figures of the order of magnitude. */
  public static final Speeds VIRTUAL_CPU = new Speeds(Machine.VIRTUAL_CPU, 8e9, 5e-6);

  /** What an operation takes: as long as the slower of computing and moving. */
  double compute(double operations, double bytes) {
    return Math.max(machine.seconds(operations), bytes / memoryBytes) + overhead;
  }

  /** What sending takes. */
  double send(double bytes) {
    return bytes == 0 ? 0 : machine.latency() + bytes / machine.bytesPerSecond();
  }
}
