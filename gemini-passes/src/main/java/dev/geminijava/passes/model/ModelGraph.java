package dev.geminijava.passes.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The block classes of a program, their layers in the order of construction, and which of them hold
 * others.
 *
 * @param blocks by qualified name, in the order of the program
 */
public record ModelGraph(Map<String, List<Layer>> blocks) {

  /** Keeps its own copy. */
  public ModelGraph {
    blocks = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(blocks));
  }

  /** A paragraph for each block, a line for each layer. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    blocks.forEach(
        (name, layers) -> {
          text.append(text.isEmpty() ? "" : "\n").append(name).append('\n');
          layers.forEach(layer -> text.append("  %s: %s\n".formatted(layer.name(), layer.label())));
        });
    return text.toString();
  }

  /**
   * The graph in the language of Graphviz: a box for each block, an arrow to each that it holds.
   */
  public String toDot() {
    List<String> lines = new ArrayList<>();
    lines.add("digraph model {");
    lines.add("  node [shape=record, fontname=\"sans-serif\"];");
    blocks.forEach(
        (name, layers) -> {
          StringBuilder label = new StringBuilder("{").append(escaped(name)).append("|");
          for (Layer layer : layers) {
            label.append(escaped(layer.name() + ": " + layer.label())).append("\\l");
          }
          lines.add("  \"" + name + "\" [label=\"" + label + "}\"];");
          layers.stream()
              .filter(Layer.Composite.class::isInstance)
              .map(layer -> ((Layer.Composite) layer).type())
              .filter(blocks::containsKey)
              .distinct()
              .forEach(type -> lines.add("  \"" + name + "\" -> \"" + type + "\";"));
        });
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  private static String escaped(String text) {
    return text.replaceAll("([\\\\\"{}|<>])", "\\\\$1");
  }
}
