package dev.geminijava.passes.shard;

import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;

/**
 * What a program is compiled for. The result is right for any degree; which splits are worth their
 * communication depends on it.
 *
 * @param costs what work costs on each rank
 * @param memory bytes that a rank of each stage may hold, of all stages together; may be infinite
 * @param asked whether a degree was asked for, so that it is worth the time to find out sizes
 */
public record Target(CostModel costs, double memory, boolean asked) {

  /** Nothing is known: two virtual CPU devices. */
  public static final Target ANY = of(new CostModel(Machine.VIRTUAL_CPU, 2));

  /** No limit on memory, and no sizes but those that the text shows. */
  public static Target of(CostModel costs) {
    return new Target(costs, Double.POSITIVE_INFINITY, false);
  }

  /** All that a decision depends on, as a text. */
  public String key() {
    return costs + " " + memory + " " + asked;
  }
}
