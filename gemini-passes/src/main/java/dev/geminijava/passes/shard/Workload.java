package dev.geminijava.passes.shard;

import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Optional;

/** What is known of the work that a program's layers have to do. */
@FunctionalInterface
public interface Workload {

  /** Nothing is known. */
  Workload UNKNOWN = (file, call) -> Optional.empty();

  /**
   * What a call of a layer has to do for one batch.
   *
   * @param call the call of the layer's forward
   */
  Optional<Work> of(SourceFile file, Span call);
}
