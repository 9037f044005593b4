package dev.geminijava.passes.shard.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A problem with one vertex for each decision: nodes that share one are added up, edges between the
 * same two decisions, too, and an edge inside a decision is part of its own cost. 48 equal layers
 * are as small as one.
 */
final class Decisions {

  /** An edge between two decisions, the first of which has the smaller index. */
  record Pair(int first, int second) {}

  private final int[] decisionOf;

  /** Seconds by decision and strategy; infinite where a strategy contradicts itself. */
  final List<double[]> seconds = new ArrayList<>();

  /** Bytes by decision and strategy. */
  final List<double[]> memory = new ArrayList<>();

  /** Seconds by the strategies of both ends; infinite where they do not go together. */
  final Map<Pair, double[][]> edges = new LinkedHashMap<>();

  Decisions(Problem problem) {
    List<Problem.Node> nodes = problem.nodes();
    decisionOf = new int[nodes.size()];
    Map<String, Integer> indices = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Problem.Node node = nodes.get(i);
      int size = node.strategies().size();
      int index = indices.computeIfAbsent(node.decision(), k -> indices.size());
      if (index == seconds.size()) {
        seconds.add(new double[size]);
        memory.add(new double[size]);
      } else if (seconds.get(index).length != size) {
        throw new IllegalArgumentException(
            "%s shares a decision between %d strategies but has %d"
                .formatted(node.name(), seconds.get(index).length, size));
      }
      decisionOf[i] = index;
      for (int s = 0; s < size; s++) {
        seconds.get(index)[s] += node.strategies().get(s).cost().seconds();
        memory.get(index)[s] += node.strategies().get(s).cost().memory();
      }
    }
    problem.edges().forEach(this::add);
    edges.entrySet().removeIf(e -> split(e.getKey(), e.getValue()));
  }

  private void add(Problem.Edge edge) {
    int from = decisionOf[edge.from()];
    int to = decisionOf[edge.to()];
    for (int s = 0; s < edge.costs().size(); s++) {
      for (int t = 0; t < edge.costs().get(s).size(); t++) {
        double cost = edge.costs().get(s).get(t).seconds();
        if (from == to) {
          seconds.get(from)[s] += s == t ? cost : 0;
        } else if (from < to) {
          between(from, to)[s][t] += cost;
        } else {
          between(to, from)[t][s] += cost;
        }
      }
    }
  }

  private double[][] between(int first, int second) {
    return edges.computeIfAbsent(
        new Pair(first, second),
        k -> new double[seconds.get(first).length][seconds.get(second).length]);
  }

  /** Takes from an edge what depends on one end only, and says whether nothing is left. */
  private boolean split(Pair pair, double[][] costs) {
    if (Arrays.stream(costs).flatMapToDouble(Arrays::stream).anyMatch(Double::isInfinite)) {
      return false;
    }
    double scale = Arrays.stream(costs).flatMapToDouble(Arrays::stream).map(Math::abs).sum();
    double left = 0;
    for (int s = 0; s < costs.length; s++) {
      double least = Arrays.stream(costs[s]).min().orElse(0);
      seconds.get(pair.first)[s] += least;
      for (int t = 0; t < costs[s].length; t++) {
        costs[s][t] -= least;
      }
    }
    for (int t = 0; t < costs[0].length; t++) {
      double least = Double.POSITIVE_INFINITY;
      for (double[] row : costs) {
        least = Math.min(least, row[t]);
      }
      seconds.get(pair.second)[t] += least;
      for (double[] row : costs) {
        row[t] -= least;
        left = Math.max(left, row[t]);
      }
    }
    return left <= 1e-12 * scale;
  }

  int size() {
    return seconds.size();
  }

  /** What every node does if the decisions are these. */
  List<Integer> choices(int[] strategies) {
    return Arrays.stream(decisionOf).mapToObj(d -> strategies[d]).toList();
  }

  /** Seconds that these strategies take. */
  double seconds(int[] strategies) {
    double sum = 0;
    for (int d = 0; d < size(); d++) {
      sum += seconds.get(d)[strategies[d]];
    }
    for (Map.Entry<Pair, double[][]> edge : edges.entrySet()) {
      Pair pair = edge.getKey();
      sum += edge.getValue()[strategies[pair.first]][strategies[pair.second]];
    }
    return sum;
  }

  /** Bytes that these strategies hold. */
  double memory(int[] strategies) {
    double sum = 0;
    for (int d = 0; d < size(); d++) {
      sum += memory.get(d)[strategies[d]];
    }
    return sum;
  }
}
