package dev.geminijava.passes.shard.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;
import org.ojalgo.optimisation.integer.IntegerStrategy;

/**
 * Finds the cheapest choices by an integer program as in Alpa (Zheng et al., OSDI 2022,
 * arXiv:2201.12023, section 4.2): a 0-1 variable for each strategy of a decision, of which one is
 * taken, and for each edge a variable for each pair of strategies, whose sums over one end are the
 * other end's variables. With these sums the pairs need not be declared 0-1, and without a limit on
 * memory the relaxation of a graph without cycles is exact. Unlike there, memory is limited as a
 * sum, and equal layers are one decision.
 *
 * <p>The result is optimal, except where the limit on memory decides and there are more than 60
 * decisions, or where no proof is found in 10 seconds; then {@link Solution.Found#bound()} says how
 * much better a plan could be.
 */
public final class IntegerProgram {

  /** More decisions than this are not all left to branch and bound once memory is short. */
  private static final int EXACT = 60;

  private static final double ROUNDING = 1e-6;

  /** Milliseconds after which any solution will do, and after which there is none. */
  private static final long ENOUGH = 10_000;

  private static final long TOO_LONG = 30_000;

  private final Decisions decisions;
  private final ExpressionsBasedModel model = new ExpressionsBasedModel();
  private final List<Variable[]> taken = new ArrayList<>();

  /** Of time, so that the dearest strategy has weight one; the solver rounds absolutely. */
  private final double unit;

  /** Whether the last solution is known to be the best. */
  private boolean proven;

  private IntegerProgram(Decisions decisions) {
    this.decisions = decisions;
    this.unit =
        largest(
            Stream.concat(
                decisions.seconds.stream(),
                decisions.edges.values().stream().flatMap(Arrays::stream)));
    // One thread: with several, timing decides which of two equally good plans is found.
    model.options.integer(IntegerStrategy.newConfigurable().withParallelism(() -> 1));
    model.options.time_suffice = ENOUGH;
    model.options.time_abort = TOO_LONG;
    decisions.seconds.forEach(this::addDecision);
    decisions.edges.forEach(this::addEdge);
  }

  /** The cheapest choices, the same ones for the same problem. */
  public static Solution solve(Problem problem) {
    Decisions decisions = new Decisions(problem);
    double limit = problem.memory();
    IntegerProgram unlimited = new IntegerProgram(decisions);
    int[] best = unlimited.minimise();
    double bound = best == null || !unlimited.proven ? 0 : decisions.seconds(best);
    if (best == null || decisions.memory(best) > limit) {
      int[] smallest = smallest(decisions);
      double least = smallest == null ? Double.POSITIVE_INFINITY : decisions.memory(smallest);
      if (least > limit) {
        return new Solution.TooLarge(least, limit);
      }
      IntegerProgram limited = new IntegerProgram(decisions);
      limited.sum("memory", decisions.memory, limit).upper(1);
      if (decisions.size() > EXACT) {
        bound = limited.settle();
      }
      best = limited.minimise();
      if (best == null || decisions.memory(best) > limit) {
        // The solver rounds: exactly at the limit it may see nothing.
        best = smallest;
      }
      bound = decisions.size() > EXACT || !limited.proven ? bound : decisions.seconds(best);
    }
    List<Integer> choices = decisions.choices(best);
    return new Solution.Found(choices, problem.cost(choices), bound);
  }

  private static int[] smallest(Decisions decisions) {
    int[] each = decisions.memory.stream().mapToInt(IntegerProgram::least).toArray();
    if (Double.isFinite(decisions.seconds(each))) {
      return each;
    }
    IntegerProgram program = new IntegerProgram(decisions);
    program.model.getVariables().forEach(v -> v.weight(0));
    program.sum("memory", decisions.memory, largest(decisions.memory.stream())).weight(1);
    return program.minimise();
  }

  /**
   * Solves the relaxation and keeps every decision that it makes. Memory is one constraint more
   * than those that make the relaxation exact, so what is left open is little: about the one layer
   * at which the limit is reached.
   *
   * @return seconds that no plan within the limit is faster than
   */
  private double settle() {
    ExpressionsBasedModel relaxed = model.copy();
    relaxed.relax();
    Optimisation.Result result = relaxed.minimise();
    if (!result.getState().isFeasible()) {
      return 0;
    }
    for (Variable[] variables : taken) {
      for (Variable variable : variables) {
        if (result.doubleValue(model.indexOf(variable)) > 1 - ROUNDING) {
          variable.level(1);
        }
      }
    }
    return result.getValue() * unit;
  }

  private void addDecision(double[] seconds) {
    int decision = taken.size();
    Variable[] variables = new Variable[seconds.length];
    Expression one = model.newExpression("one of " + decision).level(1);
    for (int s = 0; s < seconds.length; s++) {
      boolean possible = Double.isFinite(seconds[s]);
      variables[s] = model.newVariable(decision + "." + s).binary().weight(0);
      variables[s].upper(possible ? 1 : 0).weight(possible ? seconds[s] / unit : 0);
      one.set(variables[s], 1);
    }
    taken.add(variables);
  }

  private void addEdge(Decisions.Pair pair, double[][] seconds) {
    String name = pair.first() + "-" + pair.second();
    Expression[] rows = sums(name + " from ", taken.get(pair.first()));
    Expression[] columns = sums(name + " to ", taken.get(pair.second()));
    for (int s = 0; s < rows.length; s++) {
      for (int t = 0; t < columns.length; t++) {
        if (Double.isFinite(seconds[s][t])) {
          Variable both = model.newVariable(name + "." + s + "." + t).lower(0);
          both.weight(seconds[s][t] / unit);
          rows[s].set(both, 1);
          columns[t].set(both, 1);
        }
      }
    }
  }

  private Expression[] sums(String name, Variable[] ends) {
    Expression[] sums = new Expression[ends.length];
    for (int s = 0; s < ends.length; s++) {
      sums[s] = model.newExpression(name + s).level(0).set(ends[s], -1);
    }
    return sums;
  }

  private Expression sum(String name, List<double[]> values, double unit) {
    Expression sum = model.newExpression(name);
    for (int d = 0; d < values.size(); d++) {
      for (int s = 0; s < values.get(d).length; s++) {
        sum.set(taken.get(d)[s], values.get(d)[s] / unit);
      }
    }
    return sum;
  }

  /** The strategy of each decision; null if there is no solution. */
  private int[] minimise() {
    Optimisation.Result result = model.minimise();
    proven = result.getState().isOptimal();
    if (!result.getState().isFeasible()) {
      return null;
    }
    int[] strategies = new int[taken.size()];
    for (int d = 0; d < strategies.length; d++) {
      Variable[] variables = taken.get(d);
      for (int s = 0; s < variables.length; s++) {
        if (result.doubleValue(model.indexOf(variables[s])) > 0.5) {
          strategies[d] = s;
        }
      }
    }
    return Double.isFinite(decisions.seconds(strategies)) ? strategies : null;
  }

  private static int least(double[] values) {
    int least = 0;
    for (int i = 1; i < values.length; i++) {
      least = values[i] < values[least] ? i : least;
    }
    return least;
  }

  private static double largest(Stream<double[]> values) {
    double largest =
        values.flatMapToDouble(Arrays::stream).filter(Double::isFinite).max().orElse(0);
    return largest > 0 ? largest : 1;
  }
}
