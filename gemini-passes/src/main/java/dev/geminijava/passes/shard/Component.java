package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers that are split together, and all marks that this takes.
 *
 * @param flow where the split begins and what it asks for
 * @param marks the marks
 */
record Component(Flow flow, List<Mark> marks) {

  /** The parts of a class that have nothing to do with each other. */
  static List<Component> of(Analysis analysis) {
    List<Flow> flows = new ArrayList<>();
    for (Flow sink : analysis.sinks) {
      Flow merged = sink;
      for (Flow flow : List.copyOf(flows)) {
        if (flow.sources().stream().anyMatch(merged.sources()::contains)) {
          flows.remove(flow);
          merged = flow.and(merged);
        }
      }
      flows.add(merged);
    }
    List<Component> components = new ArrayList<>();
    Set<Span> ended = new HashSet<>();
    for (Flow flow : flows) {
      ended.addAll(flow.sources());
      components.add(
          new Component(
              flow,
              analysis.marks.values().stream()
                  .filter(m -> m.sources().stream().anyMatch(flow.sources()::contains))
                  .toList()));
    }
    for (Mark mark : analysis.marks.values()) {
      if (!ended.containsAll(mark.sources())) {
        Set<Span> open = new HashSet<>(mark.sources());
        open.removeAll(ended);
        throw new Refusal(mark.span(), "no layer takes its result split", open);
      }
    }
    return components;
  }

  /** The marks of each method. */
  Map<MethodCode, List<Mark>> byMethod() {
    Map<MethodCode, List<Mark>> byMethod = new LinkedHashMap<>();
    marks.forEach(m -> byMethod.computeIfAbsent(m.method(), k -> new ArrayList<>()).add(m));
    return byMethod;
  }

  /** The sizes that the degree has to divide; those that follow from others are left out. */
  List<Dim> quanta() {
    return flow.quanta().stream()
        .filter(q -> flow.quanta().stream().noneMatch(o -> !o.equals(q) && q.isMultipleOf(o)))
        .sorted(java.util.Comparator.comparing(Dim::toString))
        .toList();
  }
}
