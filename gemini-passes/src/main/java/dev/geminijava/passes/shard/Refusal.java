package dev.geminijava.passes.shard;

import dev.geminijava.passes.source.Span;
import java.util.Set;

/** Why some layers cannot be split: thrown where the analysis meets the reason. */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Span span;
  private final transient Set<Span> sources;
  private final int parts;
  private final boolean joinable;

  /** At a place, for a reason, about the layer calls that began the split. */
  public Refusal(Span span, String reason, Set<Span> sources) {
    this(span, reason, sources, 1, false);
  }

  private Refusal(Span span, String reason, Set<Span> sources, int parts, boolean joinable) {
    super(reason, null, false, false);
    this.span = span;
    this.sources = Set.copyOf(sources);
    this.parts = parts;
    this.joinable = joinable;
  }

  /** The same for the result of one layer that may be put together for what follows. */
  public Refusal joinable() {
    return new Refusal(span, getMessage(), sources, parts, true);
  }

  /** The same, told at another place. */
  Refusal at(Span place) {
    return new Refusal(place, getMessage(), sources, parts, joinable);
  }

  /** Whether a layer may be split for itself, and its result put together. */
  boolean isJoinable() {
    return joinable;
  }

  /** The same, unless each of so many equal parts of the layers' output features is split. */
  public Refusal unlessIn(int equalParts) {
    return new Refusal(span, getMessage(), sources, equalParts, joinable);
  }

  /** In how many equal parts the output features may be seen so that this is no obstacle; or 1. */
  public int parts() {
    return parts;
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
