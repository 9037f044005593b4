package dev.geminijava.passes.shard.search;

import java.util.ArrayList;
import java.util.List;

/**
 * What a training step costs each rank. Backward takes twice the operations of forward, parameters
 * come with their gradients and two moments of Adam, and results live until backward. A collective
 * of the forward pass has its adjoint in the backward pass: a gather's is a reduce-scatter, an
 * all-reduce's an all-reduce. Taking a slice of what every rank has costs nothing. A gradient of a
 * parameter that every rank has is summed over the ranks.
 *
 * @param machine one rank
 * @param ranks how many there are
 * @param live the share of a batch whose results are held at the same time
 */
public record CostModel(Machine machine, int ranks, double live) {

  /** With the results of a whole batch held at the same time. */
  public CostModel(Machine machine, int ranks) {
    this(machine, ranks, 1);
  }

  private static final int BACKWARD = 2;
  private static final int COPIES_OF_WEIGHTS = 4;

  /** What it costs to compute a layer in a certain way. */
  public Cost layer(Work work, Split split) {
    double share = split == Split.WHOLE ? 1 : 1.0 / ranks;
    double held = split.givesSlice() ? 1.0 / ranks : 1;
    Cost own =
        new Cost(
            machine.seconds((1 + BACKWARD) * work.flops()) * share,
            0,
            0,
            COPIES_OF_WEIGHTS * work.weights() * share + live * work.result() * held);
    return switch (split) {
      case WHOLE ->
          work.weights() == 0
              ? own
              : own.plus(Collective.ALL_REDUCE.cost(work.weights(), ranks, machine));
      case ROW -> own.plus(Collective.ALL_REDUCE.cost(work.result(), ranks, machine).times(2));
      case COLUMN, SLICE -> own;
    };
  }

  /** What it costs to put a result together, forward and backward. */
  public Cost gather(double result) {
    return Collective.ALL_GATHER
        .cost(result, ranks, machine)
        .plus(Collective.REDUCE_SCATTER.cost(result, ranks, machine));
  }

  /** What it costs to compute a layer in slices, and to put its result together at once. */
  public Cost gathered(Work work) {
    return layer(work, Split.COLUMN)
        .plus(gather(work.result()))
        .plus(Cost.ofMemory(live * work.result() * (ranks - 1) / ranks));
  }

  /** What one device alone needs. */
  public Cost alone(Work work) {
    return new CostModel(machine, 1, live).layer(work, Split.WHOLE);
  }

  /** A layer that may be computed in these ways. */
  public Problem.Node node(String name, String decision, Work work, List<Split> splits) {
    return new Problem.Node(
        name,
        decision,
        splits.stream().map(s -> new Problem.Strategy(s.label(), layer(work, s))).toList());
  }

  /**
   * A use of a result.
   *
   * @param bytes of the result
   * @param splits the ways in which each node may be computed
   */
  public Problem.Edge edge(int from, int to, double bytes, List<List<Split>> splits) {
    List<List<Cost>> costs = new ArrayList<>();
    for (Split giver : splits.get(from)) {
      costs.add(
          splits.get(to).stream()
              .map(t -> giver.givesSlice() && !t.takesSlice() ? gather(bytes) : Cost.NONE)
              .toList());
    }
    return new Problem.Edge(from, to, costs);
  }
}
