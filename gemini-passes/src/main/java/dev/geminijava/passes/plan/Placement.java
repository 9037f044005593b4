package dev.geminijava.passes.plan;

/** How an array lies over the ranks of a shard group. */
public sealed interface Placement {

  /** Every rank has all of it. */
  Placement REPLICATE = new Replicate();

  /** Every rank has a summand of it. */
  Placement PARTIAL = new Partial();

  /** Every rank has all of it. */
  record Replicate() implements Placement {
    @Override
    public String toString() {
      return "replicated";
    }
  }

  /**
   * Every rank has one slice of it.
   *
   * @param axis the axis that is cut, counted from the end: -1 is the last
   */
  record Shard(int axis) implements Placement {
    @Override
    public String toString() {
      return "split along axis " + axis;
    }
  }

  /**
   * Every rank has another one: that of the round of a loop in which it is, whose rounds are shared
   * out among the ranks.
   *
   * @param loop the loop's name
   */
  record Turn(String loop) implements Placement {
    @Override
    public String toString() {
      return "one for each round of a loop";
    }
  }

  /** Every rank has a summand of it. */
  record Partial() implements Placement {
    @Override
    public String toString() {
      return "a partial sum";
    }
  }
}
