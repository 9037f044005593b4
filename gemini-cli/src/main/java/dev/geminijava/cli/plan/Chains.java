package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pairs of linear layers in chains of blocks, which the run splits together: one, blocks that
 * act on each feature by itself, another. The runtime finds them in the same way when the chain is
 * there.
 */
final class Chains {

  private static final String LINEAR = "ai.djl.nn.core.Linear";
  private static final String DROPOUT = "ai.djl.nn.norm.Dropout";
  private static final String CHAIN = "ai/djl/nn/SequentialBlock.java";

  private Chains() {}

  /** How the layers of chains lie over the ranks, by node; the others are left out. */
  static Map<Node, Split> of(List<Node> nodes) {
    Map<Node, Split> splits = new HashMap<>();
    for (int first = 0; first < nodes.size(); first++) {
      int second = partner(nodes, first);
      if (second > 0) {
        splits.put(nodes.get(first), Split.COLUMN);
        splits.put(nodes.get(second), Split.ROW);
        first = second;
      }
    }
    return splits;
  }

  private static int partner(List<Node> nodes, int first) {
    if (!isLinearOfChain(nodes.get(first))) {
      return 0;
    }
    for (int at = first + 1; at < nodes.size(); at++) {
      Node node = nodes.get(at);
      int before = nodes.get(at - 1).outputs().get(0).id();
      boolean follows =
          node.inputs().equals(List.of(before))
              && parent(node).equals(parent(nodes.get(first)))
              && !node.outputs().isEmpty();
      if (!follows) {
        return 0;
      }
      if (isLinearOfChain(node)) {
        return at;
      }
      if (!node.operation().startsWith("Activation.") && !node.operation().equals(DROPOUT)) {
        return 0;
      }
    }
    return 0;
  }

  private static boolean isLinearOfChain(Node node) {
    return node.operation().equals(LINEAR)
        && node.outputs().size() == 1
        && node.file().path().toString().replace('\\', '/').endsWith(CHAIN);
  }

  private static String parent(Node node) {
    return node.block().substring(0, Math.max(0, node.block().lastIndexOf('/')));
  }
}
