package dev.geminijava.passes.shard.search;

/**
 * What something costs each rank.
 *
 * @param compute seconds of computing
 * @param communication seconds in collectives
 * @param bytes moved in collectives
 * @param memory bytes held
 */
public record Cost(double compute, double communication, double bytes, double memory) {

  /** Nothing. */
  public static final Cost NONE = new Cost(0, 0, 0, 0);

  /** Of what cannot be done. */
  public static final Cost IMPOSSIBLE = new Cost(0, Double.POSITIVE_INFINITY, 0, 0);

  /** Seconds of computing. */
  public static Cost ofCompute(double seconds) {
    return new Cost(seconds, 0, 0, 0);
  }

  /** Bytes of memory. */
  public static Cost ofMemory(double bytes) {
    return new Cost(0, 0, 0, bytes);
  }

  /** Seconds in all. */
  public double seconds() {
    return compute + communication;
  }

  /** Whether it can be done at all. */
  public boolean isPossible() {
    return Double.isFinite(seconds());
  }

  /** Both. */
  public Cost plus(Cost other) {
    return new Cost(
        compute + other.compute,
        communication + other.communication,
        bytes + other.bytes,
        memory + other.memory);
  }

  /** So many times this. */
  public Cost times(double factor) {
    return factor == 0
        ? NONE
        : new Cost(compute * factor, communication * factor, bytes * factor, memory * factor);
  }
}
