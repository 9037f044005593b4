package dev.geminijava.passes.shard;

import dev.geminijava.passes.source.Span;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How layers are to be split in one attempt, by their calls.
 *
 * @param whole the calls of layers that are not split
 * @param gathered the calls of layers whose split result is put together at once
 * @param heads the calls of layers that are split for themselves, and whose result is put together
 *     late
 * @param reduced the calls around which the ranks' summands are added up, if they give any
 * @param parts of how many equal parts the output features of others consist, each to be split
 * @param ranks how many axes the results of layers have, where that is taken from a model that the
 *     program makes; the runtime has to check it
 */
record Choices(
    Set<Span> whole,
    Set<Span> gathered,
    Set<Span> heads,
    Set<Span> reduced,
    Map<Span, Integer> parts,
    Map<Span, Integer> ranks) {

  /** Every layer that could begin a split does. */
  static final Choices NONE =
      new Choices(Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), Map.of());

  /** The same for results that have so many axes. */
  Choices of(Map<Span, Integer> axes) {
    return new Choices(whole, gathered, heads, reduced, parts, axes);
  }

  /** Keeps its own. */
  Choices {
    whole = Set.copyOf(whole);
    gathered = Set.copyOf(gathered);
    heads = Set.copyOf(heads);
    reduced = Set.copyOf(reduced);
    parts = Map.copyOf(parts);
    ranks = Map.copyOf(ranks);
  }

  boolean isWhole(Span call) {
    return whole.contains(call);
  }

  boolean isGathered(Span call) {
    return gathered.contains(call);
  }

  boolean isHead(Span call) {
    return heads.contains(call);
  }

  boolean isReduced(Span call) {
    return reduced.contains(call);
  }

  Optional<Integer> rank(Span call) {
    return Optional.ofNullable(ranks.get(call));
  }

  int parts(Span call) {
    return parts.getOrDefault(call, 1);
  }
}
