package dev.geminijava.passes.shard.search;

/** Tries everything: the truth about small problems, against which the integer program is held. */
public final class BruteForce {

  /** Sums of the same numbers in another order are equal. */
  private static final double ROUNDING = 1e-12;

  private final Decisions decisions;
  private final Problem problem;
  private int[] best;
  private double seconds = Double.POSITIVE_INFINITY;
  private double least = Double.POSITIVE_INFINITY;

  private BruteForce(Problem problem) {
    this.problem = problem;
    this.decisions = new Decisions(problem);
  }

  /** The cheapest choices; of several equally cheap ones, the first in the order of strategies. */
  public static Solution solve(Problem problem) {
    BruteForce search = new BruteForce(problem);
    search.tryFrom(new int[search.decisions.size()], 0);
    if (search.best == null) {
      return new Solution.TooLarge(search.least, problem.memory());
    }
    var choices = search.decisions.choices(search.best);
    return new Solution.Found(choices, problem.cost(choices), search.seconds);
  }

  private void tryFrom(int[] strategies, int decision) {
    if (decision == strategies.length) {
      look(strategies);
      return;
    }
    for (int s = 0; s < decisions.seconds.get(decision).length; s++) {
      strategies[decision] = s;
      tryFrom(strategies, decision + 1);
    }
  }

  private void look(int[] strategies) {
    double time = decisions.seconds(strategies);
    double memory = decisions.memory(strategies);
    if (Double.isFinite(time)) {
      least = Math.min(least, memory);
    }
    if (time < seconds * (1 - ROUNDING) && memory <= problem.memory()) {
      seconds = time;
      best = strategies.clone();
    }
  }
}
