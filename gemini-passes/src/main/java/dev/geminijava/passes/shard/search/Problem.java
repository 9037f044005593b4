package dev.geminijava.passes.shard.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers, what may be done with each, and what it costs that neighbours do different things. The
 * time to be minimised is the sum over nodes and edges; the memory that is limited is the sum over
 * nodes.
 *
 * @param nodes the layers
 * @param edges between layers of which one uses the other's result
 * @param memory the limit in bytes for each rank; may be infinite
 */
public record Problem(List<Node> nodes, List<Edge> edges, double memory) {

  /**
   * One thing that may be done with a layer.
   *
   * @param name {@code whole}, {@code column}, {@code row}, …
   * @param cost of the layer alone
   */
  public record Strategy(String name, Cost cost) {}

  /**
   * A layer. The first of several strategies that are equally good is taken.
   *
   * @param name what the user calls it
   * @param decision nodes with the same decision take the same strategy: layers that are the same
   *     line of a source, or that the propagation found to stand or fall together
   * @param strategies at least one
   */
  public record Node(String name, String decision, List<Strategy> strategies) {
    /** Keeps its own list. */
    public Node {
      strategies = List.copyOf(strategies);
      if (strategies.isEmpty()) {
        throw new IllegalArgumentException("nothing can be done with " + name);
      }
      for (Strategy strategy : strategies) {
        if (!strategy.cost().isPossible() || !(strategy.cost().memory() >= 0)) {
          throw new IllegalArgumentException(name + " " + strategy + " has no finite cost");
        }
      }
    }

    /** A layer that decides for itself. */
    public static Node alone(String name, List<Strategy> strategies) {
      return new Node(name, name, strategies);
    }
  }

  /**
   * What it costs to bring a result from how one node leaves it to how another wants it. Only time
   * counts on edges; memory belongs to the nodes.
   *
   * @param from the index of the node that has the result
   * @param to the index of the node that uses it
   * @param costs by strategy of {@code from}, then by strategy of {@code to}
   */
  public record Edge(int from, int to, List<List<Cost>> costs) {
    /** Keeps its own lists. */
    public Edge {
      costs = costs.stream().map(List::copyOf).toList();
    }
  }

  /** Checks that indices and strategies fit together. */
  public Problem {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    for (Edge edge : edges) {
      int rows = nodes.get(edge.from()).strategies().size();
      int columns = nodes.get(edge.to()).strategies().size();
      if (edge.costs().size() != rows
          || edge.costs().stream().anyMatch(row -> row.size() != columns)) {
        throw new IllegalArgumentException(
            "%s and %s have %d × %d pairs of strategies; the edge between them has costs for others"
                .formatted(
                    nodes.get(edge.from()).name(), nodes.get(edge.to()).name(), rows, columns));
      }
    }
  }

  /** The same with another limit on memory. */
  public Problem within(double bytes) {
    return new Problem(nodes, edges, bytes);
  }

  /** Some of its nodes, by their numbers, and the edges between them. */
  Problem of(List<Integer> some) {
    Map<Integer, Integer> numbers = new HashMap<>();
    some.forEach(node -> numbers.put(node, numbers.size()));
    return new Problem(
        some.stream().map(nodes::get).toList(),
        edges.stream()
            .filter(e -> numbers.containsKey(e.from()) && numbers.containsKey(e.to()))
            .map(e -> new Edge(numbers.get(e.from()), numbers.get(e.to()), e.costs()))
            .toList(),
        memory);
  }

  /**
   * What it costs to do these things.
   *
   * @param choices for each node the index of its strategy
   */
  public Cost cost(List<Integer> choices) {
    Cost sum = Cost.NONE;
    for (int i = 0; i < nodes.size(); i++) {
      sum = sum.plus(nodes.get(i).strategies().get(choices.get(i)).cost());
    }
    for (Edge edge : edges) {
      Cost cost = edge.costs().get(choices.get(edge.from())).get(choices.get(edge.to()));
      sum = sum.plus(new Cost(cost.compute(), cost.communication(), cost.bytes(), 0));
    }
    return sum;
  }
}
