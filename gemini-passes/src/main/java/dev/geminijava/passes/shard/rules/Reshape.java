package dev.geminijava.passes.shard.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reshape. A rank's slice of an axis is one contiguous piece of all that follows the axes before
 * it; so it is a slice of whichever new axis begins at the same place.
 */
public final class Reshape implements OperationRules {

  private static final Dim INFERRED = Dim.of(-1);

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of("ai.djl.ndarray.NDArray", "reshape", operation -> new Step(operation).apply()));
  }

  /** One call. */
  private static final class Step {

    private final Operation operation;
    private final Value.Array array;
    private final List<Expression> written;
    private final List<Dim> sizes = new ArrayList<>();

    Step(Operation operation) {
      this.operation = operation;
      this.array = operation.self();
      List<Value> values = operation.arguments();
      List<Expression> expressions = operation.written();
      boolean shape = values.size() == 1 && values.get(0) instanceof Value.Shape;
      if (shape) {
        boolean inPlace = expressions.get(0) instanceof Expression.Creation;
        if (!inPlace && array.isSplit()) {
          throw operation.refuse("takes a shape that is made elsewhere");
        }
        expressions = ((Value.Shape) values.get(0)).written();
        values = ((Value.Shape) values.get(0)).sizes();
      }
      for (Value value : values) {
        if (!(value instanceof Value.Size size)) {
          throw operation.refuse("takes a size that is not understood");
        }
        sizes.add(size.dim());
      }
      written = expressions;
    }

    Value apply() {
      if (!array.isSplit()) {
        return Value.Array.whole(Extents.of(filled(Optional.empty())));
      }
      Dim own =
          array
              .shape()
              .at(array.axis())
              .orElseThrow(() -> operation.refuse("reshapes an axis of unknown size"));
      int begin = begin();
      Dim behind = array.shape().from(array.axis());
      List<Dim> result = filled(Optional.of(new Tail(begin, behind)));
      Dim first = result.get(begin);
      if (!sizes.get(begin).equals(INFERRED)) {
        operation.shrink(written.get(begin), array.flow());
      }
      Flow flow = multiple(first) ? array.flow() : array.flow().refined(own, first);
      return Value.Array.split(Extents.of(result), begin - result.size(), flow);
    }

    /** The new axis begins where the split one does; axes of size one before it do not count. */
    private int begin() {
      Extents shape = array.shape();
      int index = shape.dims().size() + array.axis();
      Dim behind = shape.from(array.axis());
      int found = -1;
      for (int j = 0; j < sizes.size(); j++) {
        boolean fits =
            known(j, sizes.size()) && product(j, sizes.size()).equals(behind)
                || known(0, j) && before(j, index);
        if (fits) {
          found = j;
        }
      }
      if (found < 0 || sizes.get(found).equals(Dim.ONE)) {
        throw operation.refuse(
            "makes axes of which none is seen to begin where the split axis "
                + shape.at(array.axis()).map(Dim::toString).orElse("")
                + " of "
                + shape
                + " does: "
                + sizes);
      }
      for (int j = 0; j < found; j++) {
        if (shape.isOpen() && sizes.get(j).equals(shape.leading(j))) {
          operation.confirm(sizes.get(j));
        }
      }
      return found;
    }

    /** Whether the first new axes are those before the split one. */
    private boolean before(int count, int index) {
      Extents shape = array.shape();
      if (!shape.isOpen()) {
        return product(0, count).equals(Dim.product(shape.dims().subList(0, index)));
      }
      for (int j = 0; j < count; j++) {
        if (!sizes.get(j).equals(shape.leading(j))) {
          return false;
        }
      }
      return count > 0 && index == 0;
    }

    private boolean known(int from, int to) {
      return !sizes.subList(from, to).contains(INFERRED);
    }

    private Dim product(int from, int to) {
      return Dim.product(sizes.subList(from, to));
    }

    /** Whether a new axis takes in the split one whole, and so divides as that does. */
    private boolean multiple(Dim first) {
      List<Dim> dims = array.shape().dims();
      int index = dims.size() + array.axis();
      for (int to = index + 1; to <= dims.size(); to++) {
        if (Dim.product(dims.subList(index, to)).equals(first)) {
          return true;
        }
      }
      return false;
    }

    /** All of the sizes from an axis on make up a size that is known. */
    private record Tail(int begin, Dim product) {}

    private List<Dim> filled(Optional<Tail> tail) {
      int unknown = sizes.indexOf(INFERRED);
      List<Dim> filled = new ArrayList<>(sizes);
      if (unknown < 0) {
        return filled;
      }
      Optional<Dim> size = Optional.empty();
      if (!array.shape().isOpen()) {
        size = Optional.of(rest(Dim.product(array.shape().dims()), 0, unknown));
      } else if (tail.isPresent() && unknown >= tail.get().begin()) {
        size = Optional.of(rest(tail.get().product(), tail.get().begin(), unknown));
      }
      Dim inferred =
          size.orElseGet(() -> Dim.symbol(operation.unknownShape().base()));
      filled.set(unknown, inferred);
      return filled;
    }

    private Dim rest(Dim all, int from, int unknown) {
      Dim others = product(from, unknown).times(product(unknown + 1, sizes.size()));
      return others.numerator() == 0 ? Dim.symbol(operation.unknownShape().base()) : all.over(others);
    }
  }
}
