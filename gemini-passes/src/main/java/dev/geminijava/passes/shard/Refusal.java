package dev.geminijava.passes.shard;

import dev.geminijava.passes.source.Span;
import java.util.Set;

/** Why some layers cannot be split: thrown where the analysis meets the reason. */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Span span;
  private final transient Set<Span> sources;

  /** At a place, for a reason, about the layer calls that began the split. */
  public Refusal(Span span, String reason, Set<Span> sources) {
    super(reason, null, false, false);
    this.span = span;
    this.sources = Set.copyOf(sources);
  }

  /** Where the analysis could not go on. */
  public Span span() {
    return span;
  }

  /** The layer calls that have to stay whole. */
  public Set<Span> sources() {
    return sources;
  }
}
