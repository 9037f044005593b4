package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The work of layer calls as the graphs of a program's models have it. Where a call runs several
 * layers, as in a loop, it is that of the first.
 */
public final class GraphWorkload implements Workload {

  private record Place(SourceFile file, Span call) {}

  private final Map<Place, Work> works = new HashMap<>();

  /**
   * Reads graphs.
   *
   * @param sizes the values of the names in them, such as the batch {@code B}; nodes with others
   *     are left out
   */
  public GraphWorkload(List<ModelGraph> graphs, Map<String, Long> sizes) {
    for (ModelGraph graph : graphs) {
      for (Node node : graph.nodes()) {
        work(node, sizes).ifPresent(w -> works.putIfAbsent(new Place(node.file(), node.span()), w));
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
  public Optional<Work> of(SourceFile file, Span call) {
    return Optional.ofNullable(works.get(new Place(file, call)));
  }
}
