package dev.geminijava.passes.shard.search;

import java.util.Locale;

/** Prints how long a search takes: {@code SearchBench [layers]}. */
final class SearchBench {

  private SearchBench() {}

  public static void main(String[] arguments) {
    int layers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 48;
    CostModel costs = new CostModel(Machine.VIRTUAL_CPU, 2);
    for (int growth : new int[] {0, 8}) {
      Solution.Found free = solve(layers, growth, costs, Double.POSITIVE_INFINITY, "no limit");
      double all = free.cost().memory();
      solve(layers, growth, costs, all * 0.97, "3% less memory");
      solve(layers, growth, costs, all * 0.93, "7% less memory");
    }
  }

  private static Solution.Found solve(
      int layers, int growth, CostModel costs, double memory, String name) {
    Problem problem = TransformerProblem.of(layers, 1024, growth, costs, memory);
    Solution solution = null;
    for (String run : new String[] {"cold", "warm"}) {
      long start = System.nanoTime();
      solution = IntegerProgram.solve(problem);
      System.out.printf(
          Locale.ROOT,
          "%d %s layers, %s, %s: %.0f ms; %s%n",
          layers,
          growth == 0 ? "equal" : "different",
          name,
          run,
          (System.nanoTime() - start) / 1e6,
          text(solution));
    }
    return solution instanceof Solution.Found found ? found : null;
  }

  private static String text(Solution solution) {
    return solution instanceof Solution.Found found
        ? String.format(
            Locale.ROOT,
            "a step of %.2f s in %.2f GiB, and none is below %.2f s",
            found.cost().seconds(),
            found.cost().memory() / (1 << 30),
            found.bound())
        : solution.toString();
  }
}
