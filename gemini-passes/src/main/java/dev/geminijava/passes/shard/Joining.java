package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What is known of a value that comes from one of two places.
 *
 * @param names makes names that nothing has yet
 * @param settled adds up what every rank has a summand of
 */
record Joining(Supplier<String> names, UnaryOperator<Value> settled) {

  Value join(Value one, Value other) {
    if (one.equals(other)) {
      return one;
    }
    if (one instanceof Value.Array a
        && other instanceof Value.Array b
        && a.isPartial()
        && b.isPartial()) {
      Set<Span> sums = new LinkedHashSet<>(a.sums());
      sums.addAll(b.sums());
      return Value.Array.partial(shape(a.shape(), b.shape()), a.flow().and(b.flow()), sums);
    }
    if ((Sums.isPartial(one) || Sums.isPartial(other)) && !areAlike(one, other)) {
      return join(settled.apply(one), settled.apply(other));
    }
    if (one.isSplit() || other.isSplit()) {
      return split(one, other);
    }
    if (one instanceof Value.Array a && other instanceof Value.Array b) {
      return Value.Array.whole(shape(a.shape(), b.shape()));
    }
    if (one instanceof Value.Size && other instanceof Value.Size) {
      return new Value.Size(Dim.symbol(names.get()));
    }
    if (one instanceof Value.Arrays a && other instanceof Value.Arrays b) {
      return areAlike(one, other) ? items(a, b) : new Value.Bundle(names.get());
    }
    if (isList(one) || isList(other)) {
      return new Value.Bundle(names.get());
    }
    // A variable that is null on one way is an array wherever it is used.
    if (one instanceof Value.Array || other instanceof Value.Array) {
      return Value.Array.whole(Extents.open(names.get()));
    }
    if (one instanceof Value.Layer && other instanceof Value.Layer) {
      return new Value.Layer(Djl.BLOCK, Map.of(), names.get());
    }
    return Value.Host.UNKNOWN;
  }

  /** Whether both are lists of equally many arrays, which are joined one by one. */
  private static boolean areAlike(Value one, Value other) {
    return one instanceof Value.Arrays a
        && other instanceof Value.Arrays b
        && a.items().size() == b.items().size();
  }

  private static boolean isList(Value value) {
    return value instanceof Value.Arrays || value instanceof Value.Bundle;
  }

  private Value split(Value one, Value other) {
    Set<Span> sources = new LinkedHashSet<>(one.sources());
    sources.addAll(other.sources());
    if (one instanceof Value.Array a
        && other instanceof Value.Array b
        && a.placement().equals(b.placement())
        && a.outer().equals(b.outer())) {
      return new Value.Array(
          shape(a.shape(), b.shape()), a.placement(), a.outer(), a.flow().and(b.flow()), Set.of());
    }
    if (areAlike(one, other) && one instanceof Value.Arrays a && other instanceof Value.Arrays b) {
      return items(a, b);
    }
    return new Value.Clash(sources);
  }

  private Value items(Value.Arrays one, Value.Arrays other) {
    List<Value.Array> items = new ArrayList<>();
    for (int i = 0; i < one.items().size(); i++) {
      Value item = join(one.items().get(i), other.items().get(i));
      if (!(item instanceof Value.Array array)) {
        return item;
      }
      items.add(array);
    }
    return new Value.Arrays(List.copyOf(items));
  }

  /** Equal trailing sizes survive; for a split value the size of its axis has to be among them. */
  private Extents shape(Extents one, Extents other) {
    if (one.equals(other)) {
      return one;
    }
    if (one.rank().isPresent() && one.rank().equals(other.rank())) {
      List<Dim> dims = new ArrayList<>();
      for (int i = 0; i < one.dims().size(); i++) {
        Dim size = one.dims().get(i);
        dims.add(size.equals(other.dims().get(i)) ? size : Dim.symbol(names.get()));
      }
      return Extents.of(dims);
    }
    List<Dim> last = new ArrayList<>();
    for (int axis = -1; ; axis--) {
      if (one.at(axis).isEmpty() || !one.at(axis).equals(other.at(axis))) {
        return new Extents(names.get(), last);
      }
      last.add(0, one.at(axis).get());
    }
  }
}
