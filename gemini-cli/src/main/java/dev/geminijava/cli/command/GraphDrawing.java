package dev.geminijava.cli.command;

import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models for Graphviz: a box around each block that the model's own block holds. */
final class GraphDrawing {

  private GraphDrawing() {}

  static String of(List<ModelGraph> models) {
    StringBuilder out = new StringBuilder("digraph model {\n");
    out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n");
    out.append("  edge [fontname=\"sans-serif\", fontsize=8];\n");
    for (int i = 0; i < models.size(); i++) {
      model(models.get(i), i, out);
    }
    return out.append("}\n").toString();
  }

  private static void model(ModelGraph model, int number, StringBuilder out) {
    String prefix = "m" + number + "_";
    out.append("  subgraph cluster_").append(number).append(" {\n    label=");
    out.append(Drawing.quoted(model.name())).append(";\n");
    Map<Integer, String> makers = new HashMap<>();
    Map<Integer, Tensor> tensors = new HashMap<>();
    model.tensors().forEach(tensor -> tensors.put(tensor.id(), tensor));
    for (Tensor input : model.inputs()) {
      String name = prefix + "in" + input.id();
      makers.put(input.id(), name);
      out.append("    ").append(name).append(" [shape=plaintext, label=\"in\"];\n");
    }
    String open = "";
    for (Node node : model.nodes()) {
      String block = node.block().replaceAll("/.*", "");
      if (!block.equals(open)) {
        out.append(open.isEmpty() ? "" : "    }\n");
        out.append(block.isEmpty() ? "" : box(prefix, node, block));
        open = block;
      }
      String name = prefix + node.id();
      node.outputs().forEach(output -> makers.put(output.id(), name));
      out.append("    ").append(name).append(" [label=");
      out.append(Drawing.quoted(GraphText.operation(node))).append("];\n");
    }
    out.append(open.isEmpty() ? "" : "    }\n").append("  }\n");
    for (Node node : model.nodes()) {
      for (int input : node.inputs()) {
        out.append("  ").append(makers.get(input)).append(" -> ").append(prefix).append(node.id());
        out.append(" [label=").append(Drawing.quoted(tensors.get(input).shape().toString()));
        out.append("];\n");
      }
    }
    for (int output : model.outputs()) {
      out.append("  ").append(prefix).append("out [shape=plaintext, label=\"out\"];\n  ");
      out.append(makers.get(output)).append(" -> ").append(prefix).append("out;\n");
    }
  }

  private static String box(String prefix, Node first, String block) {
    return "    subgraph cluster_"
        + prefix
        + first.id()
        + " {\n    label="
        + Drawing.quoted(block)
        + ";\n";
  }
}
