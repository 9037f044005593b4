package dev.geminijava.cli.plan;

/**
 * How fast the devices are, all alike.
 *
 * @param flops floating-point operations per second
 * @param memoryBytes bytes per second to and from the device's own memory
 * @param linkBytes bytes per second from one device to another
 * @param latency seconds before a message's first byte
 * @param overhead seconds that starting one operation takes
 */
public record Speeds(
    double flops, double memoryBytes, double linkBytes, double latency, double overhead) {

  /** What an operation takes: as long as the slower of computing and moving. */
  double compute(double operations, double bytes) {
    return Math.max(operations / flops, bytes / memoryBytes) + overhead;
  }

  /** What each of so many ranks sends to add up values that all of them have. */
  static long allReduceBytes(long bytes, int ranks) {
    return 2 * allGatherBytes(bytes, ranks);
  }

  /** What each of so many ranks sends so that all have the whole. */
  static long allGatherBytes(long bytes, int ranks) {
    return bytes * (ranks - 1) / ranks;
  }

  /** What sending takes. */
  double send(long bytes) {
    return bytes == 0 ? 0 : latency + bytes / linkBytes;
  }
}
