package dev.geminijava.passes.shard.search;

import java.util.List;

/** What came of a search. */
public sealed interface Solution {

  /**
   * The cheapest choices.
   *
   * @param choices for each node the index of its strategy
   * @param cost of all of it
   * @param bound seconds that no choices are faster than; those of the cost where it is certain
   *     that these are the cheapest
   */
  record Found(List<Integer> choices, Cost cost, double bound) implements Solution {
    /** Keeps its own list. */
    public Found {
      choices = List.copyOf(choices);
    }
  }

  /**
   * Nothing fits into memory.
   *
   * @param least bytes that the choices with the least memory need on each rank; infinite if no
   *     choices go together
   * @param limit bytes that there are
   */
  record TooLarge(double least, double limit) implements Solution {}
}
