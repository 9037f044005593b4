package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The work of layer calls as the graphs of a program's models have it. */
public final class GraphWorkload implements Workload {

  private final Map<Place, List<Work>> works = new LinkedHashMap<>();

  /** The work of all layers inside of a block, by its calls. */
  private final Map<Place, List<Work>> inside = new LinkedHashMap<>();

  /** How many axes the results of calls have; none where that is not known or differs. */
  private final Map<Place, Optional<Integer>> ranks = new LinkedHashMap<>();

  /** The name of the batch's size in graphs. */
  public static final String BATCH = "B";

  /** The size of a batch of which nothing is known. */
  public static final long ASSUMED_BATCH = 32;

  /**
   * Reads graphs, each for the batch that its program gives it, or else for an assumed one; what
   * has sizes of other names is left out.
   */
  public static GraphWorkload of(List<ModelGraph> graphs) {
    GraphWorkload workload = new GraphWorkload(List.of(), Map.of());
    for (ModelGraph graph : graphs) {
      workload.add(graph, Map.of(BATCH, graph.batch().orElse(ASSUMED_BATCH)));
    }
    return workload;
  }

  /**
   * Reads graphs.
   *
   * @param sizes the values of the names in them, such as the batch {@code B}; nodes with others
   *     are left out
   */
  public GraphWorkload(List<ModelGraph> graphs, Map<String, Long> sizes) {
    graphs.forEach(graph -> add(graph, sizes));
  }

  private void add(ModelGraph graph, Map<String, Long> sizes) {
    for (Node node : graph.nodes()) {
      Place place = new Place(node.file(), node.span());
      Optional<Integer> rank =
          node.outputs().size() == 1 ? node.outputs().get(0).shape().rank() : Optional.empty();
      ranks.merge(place, rank, (one, other) -> one.equals(other) ? one : Optional.empty());
      Optional<Work> work = work(node, sizes);
      work.ifPresent(w -> works.computeIfAbsent(place, p -> new ArrayList<>()).add(w));
      if (!node.parameters().isEmpty()) {
        for (Node.Caller caller : node.callers()) {
          Place call = new Place(caller.file(), caller.span());
          work.ifPresent(w -> inside.computeIfAbsent(call, p -> new ArrayList<>()).add(w));
        }
      }
    }
  }

  private static Optional<Work> work(Node node, Map<String, Long> sizes) {
    Amount weights = Amount.sum(node.parameters().stream().map(p -> p.shape().count()).toList());
    Amount result = Amount.sum(node.outputs().stream().map(Tensor::bytes).toList());
    OptionalDouble flops = node.flops().value(sizes);
    OptionalDouble held = weights.times(Dim.of(Float.BYTES)).value(sizes);
    OptionalDouble given = result.value(sizes);
    return flops.isPresent() && held.isPresent() && given.isPresent()
        ? Optional.of(new Work(flops.getAsDouble(), held.getAsDouble(), given.getAsDouble()))
        : Optional.empty();
  }

  @Override
  public List<Work> of(SourceFile file, Span call) {
    Place place = new Place(file, call);
    return List.copyOf(works.getOrDefault(place, inside.getOrDefault(place, List.of())));
  }

  @Override
  public Optional<Integer> rank(SourceFile file, Span call) {
    return ranks.getOrDefault(new Place(file, call), Optional.empty());
  }

  /** The calls whose work is known. */
  public Set<Place> places() {
    return Set.copyOf(works.keySet());
  }
}
