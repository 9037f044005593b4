package dev.geminijava.passes.shard.search;

import java.util.ArrayList;
import java.util.List;

/** The layers of a transformer as a search problem. */
final class TransformerProblem {

  private static final double ROWS = 8 * 512;
  private static final double SEQUENCE = 512;
  private static final List<Split> WEIGHTS = List.of(Split.WHOLE, Split.COLUMN, Split.ROW);
  private static final List<Split> BETWEEN = List.of(Split.WHOLE, Split.SLICE);
  private static final List<Split> NORM = List.of(Split.WHOLE);

  private final CostModel costs;
  private final List<Problem.Node> nodes = new ArrayList<>();
  private final List<List<Split>> splits = new ArrayList<>();
  private final List<Problem.Edge> edges = new ArrayList<>();

  private TransformerProblem(CostModel costs) {
    this.costs = costs;
  }

  /**
   * Layers of attention and feed-forward, each with a residual connection and a norm.
   *
   * @param growth how much wider each layer is than the one before; zero makes them share decisions
   */
  static Problem of(int layers, int width, int growth, CostModel costs, double memory) {
    TransformerProblem problem = new TransformerProblem(costs);
    int input = -1;
    for (int i = 0; i < layers; i++) {
      input = problem.layer(growth == 0 ? "" : "" + i, width + growth * i, input);
    }
    return new Problem(problem.nodes, problem.edges, memory);
  }

  private int layer(String decision, double width, int input) {
    double bytes = 4 * ROWS * width;
    Work square = Work.linear(ROWS, width, width);
    int attention =
        node("attention", decision, new Work(4 * ROWS * SEQUENCE * width, 0, bytes), BETWEEN);
    for (String projection : List.of("q", "k", "v")) {
      int node = node(projection, decision, square, WEIGHTS);
      use(input, node, bytes);
      use(node, attention, bytes);
    }
    int output = node("o", decision, square, WEIGHTS);
    use(attention, output, bytes);
    int norm1 = node("norm1", decision, new Work(0, 0, bytes), NORM);
    use(output, norm1, bytes);
    use(input, norm1, bytes);
    int up = node("up", decision, Work.linear(ROWS, width, 4 * width), WEIGHTS);
    use(norm1, up, bytes);
    int gelu = node("gelu", decision, new Work(0, 0, 4 * bytes), BETWEEN);
    use(up, gelu, 4 * bytes);
    int down = node("down", decision, Work.linear(ROWS, 4 * width, width), WEIGHTS);
    use(gelu, down, 4 * bytes);
    int norm2 = node("norm2", decision, new Work(0, 0, bytes), NORM);
    use(down, norm2, bytes);
    use(norm1, norm2, bytes);
    return norm2;
  }

  private int node(String name, String decision, Work work, List<Split> how) {
    nodes.add(costs.node(name, name + decision, work, how));
    splits.add(how);
    return nodes.size() - 1;
  }

  private void use(int from, int to, double bytes) {
    if (from >= 0) {
      edges.add(costs.edge(from, to, bytes, splits));
    }
  }
}
