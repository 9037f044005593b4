package dev.geminijava.passes.shard;

import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is known of the work that a program's layers have to do. */
@FunctionalInterface
public interface Workload {

  /** Nothing is known. */
  Workload UNKNOWN = (file, call) -> List.of();

  /**
   * A call of a layer's forward.
   *
   * @param file where it stands
   * @param call the call
   */
  record Place(SourceFile file, Span call) {}

  /**
   * What a call of a layer has to do for one batch, each time that it runs: once for each layer of
   * a loop, and for each block of the class that it stands in. Empty if that is not known.
   *
   * @param call the call of the layer's forward
   */
  List<Work> of(SourceFile file, Span call);

  /**
   * How many axes the result of a layer's call has each time that it runs. Empty if that is not
   * known, or not always the same.
   *
   * @param call the call of the layer's forward
   */
  default Optional<Integer> rank(SourceFile file, Span call) {
    return Optional.empty();
  }

  /**
   * Bytes that each rank holds for all that nothing is to be decided about.
   *
   * @param weighed the calls that something is to be decided about
   */
  default double heldBeside(Set<Place> weighed, CostModel costs) {
    return 0;
  }
}
