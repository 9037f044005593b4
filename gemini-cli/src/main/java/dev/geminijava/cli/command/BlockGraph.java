package dev.geminijava.cli.command;

import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layers that a program calls and how values flow between them, class by class. */
final class BlockGraph {

  /**
   * A layer, or where values come in or go out.
   *
   * @param place the method that it stands in
   * @param line in its file; 0 for the ends
   */
  record Node(int id, String place, String label, int line) {}

  /** A value that flows from one node to another. */
  record Edge(int from, int to) {}

  private final List<Node> nodes = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();

  /** Adds a node and the values that it takes. */
  int add(String place, String label, int line, Set<Integer> inputs) {
    int id = nodes.size();
    nodes.add(new Node(id, place, label, line));
    for (int input : inputs) {
      edges.add(new Edge(input, id));
    }
    return id;
  }

  /** Forgets what was added after a node, if nothing but that node was added for a place. */
  void dropLast() {
    int id = nodes.size() - 1;
    nodes.remove(id);
    edges.removeIf(edge -> edge.from() == id || edge.to() == id);
  }

  /** The last node's number, or -1. */
  int last() {
    return nodes.size() - 1;
  }

  /** Whether there is nothing in it. */
  boolean isEmpty() {
    return nodes.isEmpty();
  }

  private Map<String, List<Node>> places() {
    Map<String, List<Node>> places = new LinkedHashMap<>();
    for (Node node : nodes) {
      places.computeIfAbsent(node.place(), place -> new ArrayList<>()).add(node);
    }
    return places;
  }

  /**
   * A paragraph for each method, a line for each node, with the nodes that its values come from.
   */
  String toText() {
    StringBuilder out = new StringBuilder();
    places()
        .forEach(
            (place, members) -> {
              out.append(out.isEmpty() ? "" : "\n").append(place).append('\n');
              for (Node node : members) {
                out.append(String.format("  %3d  %s", node.id(), node.label()));
                List<String> from =
                    edges.stream()
                        .filter(edge -> edge.to() == node.id())
                        .map(edge -> String.valueOf(edge.from()))
                        .toList();
                out.append(from.isEmpty() ? "" : "  <- " + String.join(", ", from));
                out.append(node.line() == 0 ? "" : "  (line " + node.line() + ")").append('\n');
              }
            });
    return out.toString();
  }

  /** The graph for Graphviz, a box around each method. */
  String toDot() {
    StringBuilder out = new StringBuilder("digraph model {\n");
    out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n");
    int cluster = 0;
    for (Map.Entry<String, List<Node>> place : places().entrySet()) {
      out.append("  subgraph cluster_").append(cluster++).append(" {\n    label=");
      out.append(Drawing.quoted(place.getKey())).append(";\n");
      for (Node node : place.getValue()) {
        String shape = node.line() == 0 ? ", shape=plaintext" : "";
        out.append("    n").append(node.id()).append(" [label=");
        out.append(Drawing.quoted(node.label())).append(shape).append("];\n");
      }
      out.append("  }\n");
    }
    for (Edge edge : edges) {
      out.append("  n").append(edge.from()).append(" -> n").append(edge.to()).append(";\n");
    }
    return out.append("}\n").toString();
  }

  /** A piece of source in one short line. */
  static String label(SourceFile file, dev.geminijava.passes.source.Span span) {
    String text = file.text(span).replaceAll("\\s+", " ").replaceAll(" ?\\. ?", ".");
    return text.length() <= 60 ? text : text.substring(0, 59) + "…";
  }
}
