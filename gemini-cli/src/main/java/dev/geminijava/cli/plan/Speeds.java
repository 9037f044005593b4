package dev.geminijava.cli.plan;

import dev.geminijava.passes.shard.search.Machine;
import dev.geminijava.runtime.device.Pace;

/**
 * How fast the devices are, all alike.
 *
 * @param machine computing and talking to other devices
 * @param memoryBytes bytes per second to and from a device's own memory
 * @param overhead seconds that an operation takes, however small
 * @param backwardOverhead seconds that going back through it takes
 * @param action seconds that a micro-batch's forward in a stage takes beside its layers
 * @param measured whether these are this machine's, and not of the order of magnitude only
 */
public record Speeds(
    Machine machine,
    double memoryBytes,
    double overhead,
    double backwardOverhead,
    double action,
    boolean measured) {

  /** A thread, its inputs, the tape: what small stages of samples/mnist take on a quiet machine. */
  private static final double ACTION = 4e-4;

  /** Virtual devices, each with a core of its own; figures of the order of magnitude. */
  public static final Speeds VIRTUAL_CPU =
      new Speeds(Machine.VIRTUAL_CPU, 8e9, 5e-6, 10e-6, ACTION, false);

  /** Backward computes two gradients where forward computes one value. */
  private static final int BACKWARD = 2;

  /** Those that were measured. */
  public static Speeds of(Pace pace) {
    return new Speeds(
        new Machine(pace.flopsPerSecond(), pace.linkBytesPerSecond(), pace.latency()),
        pace.memoryBytesPerSecond(),
        pace.forwardOverhead(),
        pace.backwardOverhead(),
        ACTION,
        true);
  }

  /** What an operation takes: as long as the slower of computing and moving. */
  double forward(double operations, double bytes) {
    return busy(operations, bytes) + overhead;
  }

  /** What going back through it takes. */
  double backward(double operations, double bytes) {
    return BACKWARD * busy(operations, bytes) + backwardOverhead;
  }

  /** What reading and writing so many bytes takes. */
  double move(double bytes) {
    return busy(0, bytes) + overhead;
  }

  private double busy(double operations, double bytes) {
    return Math.max(machine.seconds(operations), bytes / memoryBytes);
  }

  /** What sending takes. */
  double send(double bytes) {
    return bytes == 0 ? 0 : machine.latency() + bytes / machine.bytesPerSecond();
  }
}
