package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Parameter;
import dev.geminijava.passes.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A model's graph with numbers for its sizes.
 *
 * @param works in the order of execution
 * @param unknown sizes that have no number; what depends on one counts as nothing
 */
public record Works(List<Work> works, Set<String> unknown) {

  /** Copies the list. */
  public Works {
    works = List.copyOf(works);
  }

  /** The nodes of a graph as work for one batch. */
  public static Works of(ModelGraph graph, Map<String, Long> sizes, Placements placements) {
    Sizes numbers = new Sizes(sizes);
    Map<Integer, Integer> maker = new HashMap<>();
    Set<Integer> split = new HashSet<>();
    List<Work> works = new ArrayList<>();
    Map<Node, Split> chains = Chains.of(graph.nodes());
    for (Node node : graph.nodes()) {
      int id = works.size();
      List<Integer> inputs =
          node.inputs().stream().filter(maker::containsKey).map(maker::get).distinct().toList();
      Split how = chains.getOrDefault(node, placements.split(node));
      // A layer with a weight ends a split unless the decision says otherwise; the rest goes on.
      if (how == Split.WHOLE
          && node.parameters().isEmpty()
          && inputs.stream().anyMatch(split::contains)) {
        how = Split.BETWEEN;
      }
      if (how == Split.COLUMN || how == Split.BETWEEN) {
        split.add(id);
      }
      works.add(work(id, node, inputs, how, placements, numbers));
      node.outputs().forEach(tensor -> maker.put(tensor.id(), id));
    }
    return new Works(works, numbers.unknown);
  }

  /** Whether a layer mixes the samples of a batch. */
  static boolean normalisesOverBatch(ModelGraph graph) {
    return graph.nodes().stream().anyMatch(node -> node.operation().endsWith("BatchNorm"));
  }

  private static Work work(
      int id, Node node, List<Integer> inputs, Split split, Placements placements, Sizes sizes) {
    Amount parameters = Amount.sum(node.parameters().stream().map(p -> p.shape().count()).toList());
    List<Amount> outputs = node.outputs().stream().map(Tensor::bytes).toList();
    String file = String.valueOf(node.file().path().getFileName());
    int line = node.file().position(node.span().start()).line();
    long count = Math.round(sizes.number(parameters));
    return new Work(
        id,
        node.block(),
        node.blockType(),
        node.operation(),
        file + ":" + line,
        inputs,
        node.outputs().stream().map(t -> sizes.text(t.shape())).collect(Collectors.joining(" ")),
        count,
        4 * count,
        node.parameters().stream().anyMatch(Parameter::trainable),
        sizes.number(node.flops()),
        Math.round(sizes.number(Amount.sum(outputs))),
        split,
        placements.ways(node),
        placements.why(node));
  }

  /** The sizes that are known, and those that were asked for and are not. */
  private static final class Sizes {
    private final Map<String, Long> known;
    final Set<String> unknown = new TreeSet<>();

    Sizes(Map<String, Long> known) {
      this.known = known;
    }

    double number(Amount amount) {
      double sum = 0;
      for (Dim term : amount.terms()) {
        OptionalDouble value = Amount.of(term).value(known);
        if (value.isEmpty()) {
          term.powers().keySet().stream().filter(n -> !known.containsKey(n)).forEach(unknown::add);
        }
        sum += value.orElse(0);
      }
      return sum;
    }

    String text(Extents shape) {
      return shape.dims().stream()
          .map(this::text)
          .collect(Collectors.joining(", ", shape.isOpen() ? "(…, " : "(", ")"));
    }

    private String text(Dim dim) {
      OptionalDouble value = Amount.of(dim).value(known);
      return value.isPresent() ? String.valueOf(Math.round(value.getAsDouble())) : dim.toString();
    }
  }
}
