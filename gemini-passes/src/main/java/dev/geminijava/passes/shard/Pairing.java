package dev.geminijava.passes.shard;

import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers that the propagation has shown to go together.
 *
 * @param columns the calls of those that begin the split
 * @param rows the calls of those that take its value and end it; none where it is gathered
 * @param sums how often the ranks add up what they have
 */
record Pairing(Set<Span> columns, Set<Span> rows, int sums) {

  static List<Pairing> of(Analysis analysis, List<Component> components) {
    Map<Span, Span> callOf = new HashMap<>();
    analysis.layers.forEach((call, layer) -> callOf.put(layer.span(), call));
    return components.stream()
        .map(
            component -> {
              Set<Span> rows = new HashSet<>();
              for (Mark mark : component.marks()) {
                if (mark.role() == Mark.Role.LAYER && mark.open().equals("@.row(")) {
                  rows.add(callOf.get(mark.span()));
                }
              }
              long sums =
                  component.marks().stream().filter(m -> m.open().equals("@.allReduce(")).count();
              sums += rows.stream().filter(r -> analysis.uses.get(r).rule().wrapper()).count();
              return new Pairing(
                  component.flow().sources(), Set.copyOf(rows), Math.toIntExact(sums));
            })
        .toList();
  }
}
