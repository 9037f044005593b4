package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The pairs of layers in chains of blocks, which the run splits together: a linear layer or a
 * convolution, blocks that act on each feature by itself, and a layer that takes the features
 * together. The runtime finds them in the same way when the chain is there.
 */
final class Chains {

  private static final String LINEAR = "ai.djl.nn.core.Linear";
  private static final String CHAIN = "ai/djl/nn/SequentialBlock.java";
  private static final Pattern CONVOLUTION =
      Pattern.compile("ai\\.djl\\.nn\\.convolutional\\.Conv[123]d");

  /** What acts on each feature by itself, wherever the features are. */
  private static final Pattern ALONE =
      Pattern.compile("Activation\\..*|ai\\.djl\\.nn\\.norm\\.Dropout");

  /** What acts on each channel by itself, if the channels are the second axis. */
  private static final Pattern BY_CHANNEL =
      Pattern.compile(
          "ai\\.djl\\.nn\\.norm\\.BatchNorm|ai\\.djl\\.nn\\.core\\.Prelu"
              + "|NDArray\\.(\\w*Pool\\w*|reshape|flatten)");

  private final List<Node> nodes;
  private final Map<Node, Split> splits = new HashMap<>();

  private Chains(List<Node> nodes) {
    this.nodes = nodes;
  }

  /** How the layers of chains lie over the ranks, by node; the others are left out. */
  static Map<Node, Split> of(List<Node> nodes) {
    Chains chains = new Chains(nodes);
    for (int first = 0; first < nodes.size(); first++) {
      int second = chains.partner(first);
      if (second > 0) {
        chains.splits.put(nodes.get(first), Split.COLUMN);
        for (Node between : nodes.subList(first + 1, second)) {
          chains.splits.put(between, Split.BETWEEN);
        }
        chains.splits.put(nodes.get(second), Split.ROW);
        first = second;
      }
    }
    return chains.splits;
  }

  private int partner(int first) {
    Node start = nodes.get(first);
    if (!isOfChain(start) || !isLinear(start) && !isConvolution(start)) {
      return 0;
    }
    for (int at = first + 1; at < nodes.size(); at++) {
      Node node = nodes.get(at);
      int before = nodes.get(at - 1).outputs().get(0).id();
      boolean follows =
          node.inputs().equals(List.of(before))
              && parent(node).equals(parent(start))
              && !node.outputs().isEmpty();
      if (!follows) {
        return 0;
      }
      if (isOfChain(node) && isPartner(start, node, nodes.get(at - 1))) {
        return at;
      }
      if (!keepsApart(start, node)) {
        return 0;
      }
    }
    return 0;
  }

  /** Whether a layer takes the features together; a linear one after a convolution, flat ones. */
  private static boolean isPartner(Node start, Node node, Node before) {
    if (isLinear(node)) {
      return isLinear(start) || axes(before) == 2;
    }
    return isConvolution(start) && isConvolution(node) && !isGrouped(node, start);
  }

  private static boolean keepsApart(Node start, Node node) {
    return ALONE.matcher(node.operation()).matches()
        || isConvolution(start)
            && (BY_CHANNEL.matcher(node.operation()).matches()
                || isConvolution(node) && isGrouped(node, start));
  }

  private static boolean isLinear(Node node) {
    return node.operation().equals(LINEAR);
  }

  private static boolean isConvolution(Node node) {
    return CONVOLUTION.matcher(node.operation()).matches();
  }

  /** Whether a convolution treats channels apart: its weight has fewer than come in. */
  private static boolean isGrouped(Node node, Node start) {
    List<Dim> channels = start.outputs().get(0).shape().dims();
    return node.parameters().stream()
        .limit(1)
        .map(weight -> weight.shape().dims())
        .anyMatch(w -> w.size() > 1 && channels.size() > 1 && !w.get(1).equals(channels.get(1)));
  }

  private static int axes(Node node) {
    return node.outputs().get(0).shape().dims().size();
  }

  private static boolean isOfChain(Node node) {
    return node.outputs().size() == 1
        && node.file().path().toString().replace('\\', '/').endsWith(CHAIN);
  }

  private static String parent(Node node) {
    return node.block().substring(0, Math.max(0, node.block().lastIndexOf('/')));
  }
}
