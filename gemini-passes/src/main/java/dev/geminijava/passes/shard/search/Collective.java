package dev.geminijava.passes.shard.search;

/**
 * What ranks do together with an array, and what it costs: a latency and a time for the bytes that
 * each rank moves when the collective runs around a ring (Thakur et al., 2005): {@code (n-1)/n} of
 * the array for a gather or a scatter, twice that for an all-reduce, which is both.
 */
public enum Collective {
  /** Every rank has a slice; all get the whole. */
  ALL_GATHER("all-gather", 1),
  /** Every rank has a summand; each gets a slice of the sum. */
  REDUCE_SCATTER("reduce-scatter", 1),
  /** Every rank has a summand; all get the sum. */
  ALL_REDUCE("all-reduce", 2);

  private final String label;
  private final int turns;

  Collective(String label, int turns) {
    this.label = label;
    this.turns = turns;
  }

  /** What it is called in messages. */
  public String label() {
    return label;
  }

  /**
   * Bytes that each rank moves.
   *
   * @param size bytes of the whole array
   */
  public double bytes(double size, int ranks) {
    return turns * size * (ranks - 1) / ranks;
  }

  /**
   * What it costs; nothing on one rank.
   *
   * @param size bytes of the whole array
   */
  public Cost cost(double size, int ranks, Machine machine) {
    if (ranks == 1) {
      return Cost.NONE;
    }
    double bytes = bytes(size, ranks);
    return new Cost(0, machine.latency() + bytes / machine.bytesPerSecond(), bytes, 0);
  }
}
