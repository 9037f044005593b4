package dev.geminijava.passes.shard.search;

/**
 * What one rank of a shard group can do.
 *
 * @param flopsPerSecond floating-point operations, a multiply-add being two
 * @param bytesPerSecond what a rank sends or receives in a collective
 * @param latency seconds that a collective takes whatever its size
 */
public record Machine(double flopsPerSecond, double bytesPerSecond, double latency) {

  /**
   * A virtual CPU device with one core to itself: a matrix product of 256 rows in single precision
   * reaches 50 to 90 GFLOP/s; a collective goes through memory that the ranks share, and costs a
   * meeting of their threads. Figures of the order of magnitude; measured ones are better.
   */
  public static final Machine VIRTUAL_CPU = new Machine(60e9, 5e9, 30e-6);

  /** Checks that the rates are positive. */
  public Machine {
    if (!(flopsPerSecond > 0 && bytesPerSecond > 0 && latency >= 0)) {
      throw new IllegalArgumentException(
          "rates have to be positive: %s FLOP/s, %s bytes/s, latency %s s"
              .formatted(flopsPerSecond, bytesPerSecond, latency));
    }
  }

  /** Seconds that so many floating-point operations take. */
  public double seconds(double flops) {
    return flops / flopsPerSecond;
  }
}
