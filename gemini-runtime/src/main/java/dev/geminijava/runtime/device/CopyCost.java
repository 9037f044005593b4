package dev.geminijava.runtime.device;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What it costs to copy from one memory to another, as measured here and now.
 *
 * @param latency seconds that a copy takes however small it is
 * @param bytesPerSecond how fast the bytes of a large one move
 */
public record CopyCost(double latency, double bytesPerSecond) {

  /** How large the buffers of a measurement are. */
  public static final int BYTES = 4 << 20;

  private static final int SMALL = 64;
  private static final int ROUNDS = 9;

  /** Measures, for some milliseconds, with buffers of {@link #BYTES} in the two memories. */
  public static CopyCost measure(
      Copies copies, Memory from, ByteBuffer source, Memory to, ByteBuffer target) {
    double small = median(copies, from, source.slice(0, SMALL), to, target.slice(0, SMALL));
    double large = median(copies, from, source, to, target);
    return new CopyCost(small, (BYTES - SMALL) / Math.max(1e-9, large - small));
  }

  private static double median(
      Copies copies, Memory from, ByteBuffer source, Memory to, ByteBuffer target) {
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      copies.send(from, source, copies.mark(from), to, target, copies.mark(to)).done().join();
      seconds[round] = (System.nanoTime() - start) * 1e-9;
    }
    Arrays.sort(seconds);
    return seconds[ROUNDS / 2];
  }

  /**
   * From how many bytes on a sum over some ranks is faster in shares: each rank sums its share and
   * fetches the others'. In one step each fetches all of all others, so
   *
   * <pre>
   *   in one step   latency + (ranks - 1) bytes / speed
   *   in shares     2 latency + 2 (ranks - 1) / ranks bytes / speed
   * </pre>
   *
   * @return {@link Long#MAX_VALUE} if never, which is so for two ranks
   */
  public long worthShares(int ranks) {
    double saved = (ranks - 1) * (1 - 2.0 / ranks);
    return saved <= 0 ? Long.MAX_VALUE : (long) Math.ceil(latency * bytesPerSecond / saved);
  }
}
