package dev.geminijava.passes.shard.search;

import java.util.HashSet;
import java.util.Set;

/** Solves a problem by the means that fit its size. */
public final class Search {

  /** Loading the solver takes longer than trying so many plans. */
  private static final double FEW = 20_000;

  private Search() {}

  /** The cheapest choices, the same ones for the same problem. */
  public static Solution solve(Problem problem) {
    Set<String> decisions = new HashSet<>();
    double plans = 1;
    for (Problem.Node node : problem.nodes()) {
      plans *= decisions.add(node.decision()) ? node.strategies().size() : 1;
    }
    return plans <= FEW ? BruteForce.solve(problem) : IntegerProgram.solve(problem);
  }
}
