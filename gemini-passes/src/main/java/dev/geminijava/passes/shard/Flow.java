package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.source.Span;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where a split comes from, and what it asks for.
 *
 * @param sources the layer calls whose output features are split
 * @param quanta the sizes that the degree must divide
 * @param features how many output features those layers have
 */
public record Flow(Set<Span> sources, Set<Dim> quanta, Set<Dim> features) {

  /** Of what is not split. */
  public static final Flow NONE = new Flow(Set.of(), Set.of(), Set.of());

  /** Keeps its own sets. */
  public Flow {
    sources = Set.copyOf(sources);
    quanta = Set.copyOf(quanta);
    features = Set.copyOf(features);
  }

  /** What begins at a layer's call. */
  public static Flow from(Span source, Dim features) {
    return new Flow(Set.of(source), Set.of(features), Set.of(features));
  }

  /** What depends on both. */
  public Flow and(Flow other) {
    return new Flow(
        union(sources, other.sources),
        union(quanta, other.quanta),
        union(features, other.features));
  }

  /** The same split seen as one of a smaller size that the larger is a multiple of. */
  public Flow refined(Dim larger, Dim smaller) {
    Set<Dim> changed = new HashSet<>(quanta);
    changed.remove(larger);
    changed.add(smaller);
    return new Flow(sources, changed, features);
  }

  /** The same split with one more size that the degree must divide. */
  public Flow with(Dim quantum) {
    return new Flow(sources, union(quanta, Set.of(quantum)), features);
  }

  private static <T> Set<T> union(Set<T> a, Set<T> b) {
    Set<T> both = new LinkedHashSet<>(a);
    both.addAll(b);
    return both;
  }
}
