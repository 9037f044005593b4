package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reshape. A rank's slice of an axis is one contiguous piece of all that follows the axes before
 * it; so it is a slice of whichever new axis begins at the same place.
 */
public final class Reshape implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";
  private static final Dim INFERRED = Dim.of(-1);

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "reshape", operation -> new Step(operation).apply())
            .linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "flatten", Reshape::flatten).linear(Linear.ARRAYS),
        OperationRule.of("ai.djl.nn.Blocks", "batchFlatten", Reshape::batchFlatten)
            .linear(Linear.ARRAYS));
  }

  private static Value flatten(Operation operation) {
    Value.Array array = operation.self();
    if (operation.arguments().isEmpty()) {
      return new Step(operation, array, List.of(INFERRED)).apply();
    }
    Extents shape = array.shape();
    int from = operation.axis(0, shape);
    int to = operation.axis(1, shape);
    if (shape.isOpen() || from > to) {
      throw operation.refuse("joins axes that are not known");
    }
    int rank = shape.dims().size();
    List<Dim> sizes = new ArrayList<>(shape.dims().subList(0, rank + from));
    sizes.add(Dim.product(shape.dims().subList(rank + from, rank + to + 1)));
    sizes.addAll(shape.dims().subList(rank + to + 1, rank));
    return new Step(operation, array, sizes).apply();
  }

  private static Value batchFlatten(Operation operation) {
    if (!(operation.arguments().get(0) instanceof Value.Array array)
        || array.shape().isOpen()
        || array.shape().dims().isEmpty()) {
      throw operation.refuse("flattens what is not understood");
    }
    List<Dim> dims = array.shape().dims();
    List<Dim> sizes = List.of(dims.get(0), Dim.product(dims.subList(1, dims.size())));
    return new Step(operation, array, sizes).apply();
  }

  /** One call. */
  private static final class Step {

    private final Operation operation;
    private final Value.Array array;
    private final List<Dim> sizes = new ArrayList<>();
    private final Shrinking shrinking;

    /** To sizes that the method finds out by itself. */
    Step(Operation operation, Value.Array array, List<Dim> sizes) {
      this.operation = operation;
      this.array = array;
      this.sizes.addAll(sizes);
      shrinking = place -> {};
    }

    Step(Operation operation) {
      this.operation = operation;
      this.array = operation.self();
      List<Value> values = operation.arguments();
      List<Expression> written = operation.written();
      Value only = values.size() == 1 ? values.get(0) : Value.Host.UNKNOWN;
      Shrinking all =
          place -> operation.shrinkShape(written.get(0), place.axis() - sizes.size(), array.flow());
      if (only instanceof Value.ShapeOf of) {
        values = of.array().shape().dims().stream().<Value>map(Value.Size::new).toList();
        shrinking = of.isSplit() ? place -> checkSame(place, of.array()) : all;
        checkReshapes(of.array());
      } else if (only instanceof Value.Shape shape) {
        values = shape.sizes();
        shrinking = written.get(0) instanceof Expression.Creation ? each(shape.written()) : all;
      } else if (only instanceof Value.Items items) {
        values = items.values();
        shrinking = each(items.written());
      } else {
        shrinking = each(written);
      }
      for (Value value : values) {
        if (!(value instanceof Value.Size size)) {
          throw operation.refuse("takes a size that is not understood");
        }
        sizes.add(size.dim());
      }
    }

    /** Each size is written for itself. */
    private Shrinking each(List<Expression> written) {
      return place -> operation.shrink(written.get(place.axis()), array.flow());
    }

    /** The shape of another array, of which each rank may have a slice only. */
    private void checkReshapes(Value.Array like) {
      if (like.shape().isOpen()) {
        throw operation.refuse("takes the shape of an array whose axes are not known");
      }
      if (like.isSplit() && !array.isSplit()) {
        throw operation.refuse("takes the shape of one rank's slice");
      }
    }

    /** The shape of a slice is right for a slice along the same axis. */
    private void checkSame(Place place, Value.Array like) {
      if (place.axis() - sizes.size() != like.axis() || !place.outer().equals(like.outer())) {
        throw operation.refuse("takes the shape of an array that is split along another axis");
      }
    }

    Value apply() {
      if (!array.isSplit()) {
        return Value.Array.whole(Extents.of(filled(Optional.empty())));
      }
      Dim own =
          array
              .shape()
              .at(array.axis())
              .map(size -> size.over(array.outer()))
              .orElseThrow(() -> operation.refuse("reshapes an axis of unknown size"));
      Dim behind = array.shape().from(array.axis()).over(array.outer());
      if (behind.numerator() == 0) {
        throw operation.refuse("reshapes an array without elements");
      }
      int open = sizes.indexOf(INFERRED);
      if (open >= 0 && !array.shape().isOpen()) {
        sizes.set(open, rest(Dim.product(array.shape().dims()), 0, open));
      }
      Place place = place(behind);
      List<Dim> result = filled(Optional.of(new Tail(place, behind)));
      Dim first = result.get(place.axis()).over(place.outer());
      if (place.axis() != open) {
        shrinking.at(place);
      }
      return Value.Array.split(
          Extents.of(result),
          place.axis() - result.size(),
          place.outer(),
          takesAll(first, own, place) ? array.flow() : refined(own, first));
    }

    /** Makes the size that the program gives of a place the size of one rank's slice. */
    private interface Shrinking {
      void at(Place place);
    }

    /** A new axis, and how many runs of it lie before each place where the split begins. */
    private record Place(int axis, Dim outer) {}

    /** All sizes from a place on make up a size that is known. */
    private record Tail(Place place, Dim product) {}

    /** The new axis begins where the split one does; axes of size one before it do not count. */
    private Place place(Dim behind) {
      Extents shape = array.shape();
      int index = shape.dims().size() + array.axis();
      Place found = null;
      for (int j = 0; j < sizes.size(); j++) {
        boolean fits =
            known(j, sizes.size()) && product(j, sizes.size()).equals(behind)
                || known(0, j) && before(j, index);
        if (fits) {
          found = new Place(j, Dim.ONE);
        }
      }
      found = found == null ? inside(behind) : found;
      if (found == null || sizes.get(found.axis()).equals(Dim.ONE)) {
        Refusal refusal =
            operation.refuse(
                "makes no axis that is seen to begin where the split one does: "
                    + shape
                    + " becomes "
                    + Extents.of(sizes));
        // Rows of features, as for a loss: the last axis is likely to stay what it is.
        throw sizes.size() == 2 && array.axis() == -1 ? refusal.joinable() : refusal;
      }
      // Sizes read off an array whose axes were not known, all written here: so it had no others.
      if (known(0, found.axis())
          && product(0, found.axis())
              .equals(Dim.product(shape.dims().subList(0, index)).times(array.outer()))) {
        shape
            .namedBefore(array.axis())
            .ifPresent(base -> operation.confirmRank(base, shape.dims().size()));
      }
      for (int j = 0; j < found.axis(); j++) {
        if (shape.isOpen() && sizes.get(j).equals(shape.leading(j))) {
          operation.confirm(sizes.get(j));
        }
      }
      return found;
    }

    /** The split axis may become the inner part of a new one. */
    private Place inside(Dim behind) {
      for (int j = 0; j < sizes.size(); j++) {
        if (known(j, sizes.size())) {
          Dim outer = product(j, sizes.size()).over(behind);
          if (outer.isMultipleOf(Dim.ONE) && sizes.get(j).isMultipleOf(outer)) {
            return new Place(j, outer);
          }
        }
      }
      return null;
    }

    /** Whether the first new axes are those before the split one. */
    private boolean before(int count, int index) {
      Extents shape = array.shape();
      if (!shape.isOpen()) {
        Dim lead = Dim.product(shape.dims().subList(0, index)).times(array.outer());
        return product(0, count).equals(lead);
      }
      int same = 0;
      while (same < count && sizes.get(same).equals(shape.leading(same))) {
        same++;
      }
      return same > 0 && index == 0 && product(same, count).equals(array.outer());
    }

    /** Whether a new axis takes in the split one whole, and so divides as that does. */
    private boolean takesAll(Dim first, Dim own, Place place) {
      if (place.axis() == sizes.size() - 1 || first.equals(own)) {
        return true;
      }
      List<Dim> dims = array.shape().dims();
      int index = dims.size() + array.axis();
      for (int to = index + 1; to <= dims.size(); to++) {
        if (Dim.product(dims.subList(index, to)).over(array.outer()).equals(first)) {
          return true;
        }
      }
      return false;
    }

    /** An axis that falls into several divides if the first of these does. */
    private Flow refined(Dim own, Dim first) {
      boolean last = array.axis() == -1;
      return last || own.isMultipleOf(first)
          ? array.flow().refined(own, first)
          : array.flow().with(first);
    }

    private boolean known(int from, int to) {
      return !sizes.subList(from, to).contains(INFERRED);
    }

    private Dim product(int from, int to) {
      return Dim.product(sizes.subList(from, to));
    }

    private List<Dim> filled(Optional<Tail> tail) {
      int unknown = sizes.indexOf(INFERRED);
      List<Dim> filled = new ArrayList<>(sizes);
      if (unknown < 0) {
        return filled;
      }
      Optional<Dim> size = Optional.empty();
      if (!array.shape().isOpen()) {
        size = Optional.of(rest(Dim.product(array.shape().dims()), 0, unknown));
      } else if (tail.isPresent() && unknown >= tail.get().place().axis()) {
        size = Optional.of(rest(tail.get().product(), tail.get().place().axis(), unknown));
      }
      Dim inferred = size.orElseGet(() -> Dim.symbol(operation.unknownShape().base()));
      filled.set(unknown, inferred);
      return filled;
    }

    private Dim rest(Dim all, int from, int unknown) {
      Dim others = product(from, unknown).times(product(unknown + 1, sizes.size()));
      return others.numerator() == 0
          ? Dim.symbol(operation.unknownShape().base())
          : all.over(others);
    }
  }
}
