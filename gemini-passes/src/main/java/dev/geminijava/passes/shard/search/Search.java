package dev.geminijava.passes.shard.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Solves a problem by the means that fit its size. */
public final class Search {

  /** Loading the solver takes longer than trying so many plans. */
  private static final double FEW = 20_000;

  private static final double ROUNDING = 1e-9;

  private Search() {}

  /** The cheapest choices, the same ones for the same problem. */
  public static Solution solve(Problem problem) {
    if (!Double.isInfinite(problem.memory())) {
      return together(problem);
    }
    // Nothing but memory is shared by layers that no edge connects.
    Integer[] choices = new Integer[problem.nodes().size()];
    double bound = 0;
    for (List<Integer> part : parts(problem)) {
      if (!(together(problem.of(part)) instanceof Solution.Found found)) {
        return new Solution.TooLarge(Double.POSITIVE_INFINITY, problem.memory());
      }
      for (int i = 0; i < part.size(); i++) {
        choices[part.get(i)] = found.choices().get(i);
      }
      bound += found.bound();
    }
    List<Integer> all = Arrays.asList(choices);
    return new Solution.Found(all, problem.cost(all), bound);
  }

  /**
   * The cheapest choices that fit; where none do, those that come closest. Only what contradicts
   * itself has no solution.
   */
  public static Solution closest(Problem problem) {
    Solution solution = solve(problem);
    return solution instanceof Solution.TooLarge none && Double.isFinite(none.least())
        ? solve(problem.within(none.least() * (1 + ROUNDING)))
        : solution;
  }

  private static Solution together(Problem problem) {
    Set<String> decisions = new HashSet<>();
    double plans = 1;
    for (Problem.Node node : problem.nodes()) {
      plans *= decisions.add(node.decision()) ? node.strategies().size() : 1;
    }
    return plans <= FEW ? BruteForce.solve(problem) : IntegerProgram.solve(problem);
  }

  /** The numbers of the nodes that edges or a common decision connect. */
  private static List<List<Integer>> parts(Problem problem) {
    int[] part = new int[problem.nodes().size()];
    Map<String, Integer> decided = new HashMap<>();
    for (int i = 0; i < part.length; i++) {
      part[i] = i;
      Integer other = decided.putIfAbsent(problem.nodes().get(i).decision(), i);
      if (other != null) {
        part[i] = root(part, other);
      }
    }
    for (Problem.Edge edge : problem.edges()) {
      part[root(part, edge.to())] = root(part, edge.from());
    }
    Map<Integer, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < part.length; i++) {
      parts.computeIfAbsent(root(part, i), r -> new ArrayList<>()).add(i);
    }
    return List.copyOf(parts.values());
  }

  private static int root(int[] part, int node) {
    int at = node;
    while (part[at] != at) {
      at = part[at];
    }
    return at;
  }
}
