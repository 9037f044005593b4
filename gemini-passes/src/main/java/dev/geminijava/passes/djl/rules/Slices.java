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
import java.util.Set;
import java.util.stream.Stream;

/**
 * Methods that take an array apart. Along the split axis this is possible where each rank has a
 * share of every part: where the axis consists of runs, each of which is cut.
 */
public final class Slices implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  /** More parts than this are heads, experts or steps, not what one layer computes at once. */
  private static final int MOST_PARTS = 16;

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "split", Slices::split),
        OperationRule.of(NDARRAY, "get", operation -> new Indexing(operation).apply())
            .linear(Linear.ARRAYS));
  }

  private static Value split(Operation operation) {
    Optional<Integer> along =
        operation.arguments().size() > 1 ? operation.number(1) : Optional.of(0);
    Value.Array array =
        operation.withRank(operation.self(), along.filter(a -> a > 0).orElse(-1) + 1, true);
    Extents shape = array.shape();
    int axis = operation.axis(along, shape);
    boolean cut = array.isSplit() && axis == array.axis();
    if (operation.arguments().get(0) instanceof Value.Items indices) {
      if (cut) {
        throw operation.refuse("takes pieces of the axis that is split");
      }
      return new Value.Arrays(pieces(operation, array, axis, indices.values()));
    }
    if (cut
        && array.outer().equals(Dim.ONE)
        && operation.arguments().get(0) instanceof Value.Size count
        && !count.dim().isNumber()) {
      return turns(operation, array, axis, count.dim());
    }
    int parts =
        operation
            .number(0)
            .filter(n -> n > 0 && (cut || n <= MOST_PARTS))
            .orElseThrow(() -> operation.refuse("makes a number of parts that is not known"));
    Dim size = shape.at(axis).map(d -> d.over(Dim.of(parts))).orElseGet(operation::unknownSize);
    Extents part =
        shape
            .with(axis, size)
            .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
    if (!cut) {
      return new Value.Arrays(same(array.moved(part, array.axis()), parts));
    }
    if (!array.outer().isMultipleOf(Dim.of(parts))) {
      throw inParts(operation, array, parts);
    }
    Dim runs = array.outer().over(Dim.of(parts));
    return new Value.Arrays(same(Value.Array.split(part, axis, runs, array.flow()), parts));
  }

  /** As many pieces as a size says: each rank has some of them. */
  private static Value turns(Operation operation, Value.Array array, int axis, Dim count) {
    Dim size = array.shape().at(axis).orElseThrow();
    Extents piece = array.shape().with(axis, size.over(count)).orElseThrow();
    operation.shrink(operation.written().get(0), array.flow());
    Flow flow = array.flow().refined(size, count);
    return new Value.Turns(
        count, new Value.Array(piece, array.placement(), Dim.ONE, flow, Set.of()));
  }

  private static List<Value.Array> same(Value.Array array, int count) {
    List<Value.Array> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(array);
    }
    return List.copyOf(all);
  }

  private static List<Value.Array> pieces(
      Operation operation, Value.Array array, int axis, List<Value> indices) {
    List<Value.Array> pieces = new ArrayList<>();
    Dim from = Dim.of(0);
    for (int i = 0; i <= indices.size(); i++) {
      Optional<Dim> to =
          i == indices.size()
              ? array.shape().at(axis)
              : Optional.of(indices.get(i))
                  .filter(Value.Size.class::isInstance)
                  .map(v -> ((Value.Size) v).dim());
      Dim start = from;
      Dim size = to.map(t -> t.minus(start)).orElseGet(operation::unknownSize);
      Extents shape =
          array
              .shape()
              .with(axis, size)
              .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
      pieces.add(array.moved(shape, array.axis()));
      from = to.orElseGet(operation::unknownSize);
    }
    return List.copyOf(pieces);
  }

  /** The layers that it came from may compute several things at once, each to be split. */
  private static Refusal inParts(Operation operation, Value.Array array, int parts) {
    Refusal refusal = operation.refuse("takes pieces of the axis that is split");
    boolean possible = array.outer().equals(Dim.ONE) && parts > 1 && parts <= MOST_PARTS;
    return possible ? refusal.unlessIn(parts) : refusal;
  }

  /** One call of {@code get}: an index for each axis from the first, the others are kept. */
  private static final class Indexing {

    private final Operation operation;
    private Value.Array array;
    private final List<Dim> kept = new ArrayList<>();
    private Optional<Dim> runs = Optional.empty();
    private Optional<String> loop = Optional.empty();
    private Flow flow;
    private List<Subscript> all = List.of();
    private int split;
    private int axis;

    Indexing(Operation operation) {
      this.operation = operation;
      this.array = operation.self();
      this.flow = array.flow();
    }

    Value apply() {
      List<Value> values = operation.arguments();
      if (values.stream().allMatch(Value.Size.class::isInstance)) {
        return fixed(values.size());
      }
      List<Expression> written = operation.written();
      boolean made = values.size() == 1 && values.get(0) instanceof Value.Items;
      if (made) {
        if (!(written.get(0) instanceof Expression.Creation) && array.isSplit()) {
          throw operation.refuse("takes an index that is made elsewhere");
        }
        Value.Items items = (Value.Items) values.get(0);
        values = items.values();
        written = items.written();
      }
      String text =
          Optional.of(written)
              .filter(w -> !w.isEmpty() && w.get(0) instanceof Expression.Literal)
              .flatMap(w -> ((Expression.Literal) w.get(0)).value())
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .orElseThrow(() -> operation.refuse("takes an index that is not understood"));
      return indexed(
          Subscript.parse(text, written, values)
              .orElseThrow(() -> operation.refuse("takes an index that is not understood")));
    }

    private int rank(int least, boolean rest) {
      array = operation.withRank(array, rest ? -1 : least, true);
      return array
          .shape()
          .rank()
          .orElseThrow(() -> operation.refuse("indexes an array whose axes are not known"));
    }

    private Value fixed(int count) {
      List<Subscript> subscripts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Value.Size index = (Value.Size) operation.arguments().get(i);
        subscripts.add(new Subscript.At(Optional.of(index.dim())));
      }
      return indexed(subscripts);
    }

    private Value indexed(List<Subscript> subscripts) {
      if (subscripts.isEmpty()) {
        return array;
      }
      long axes = subscripts.stream().filter(s -> !(s instanceof Subscript.Rest)).count();
      boolean fromEnd = subscripts.get(0) instanceof Subscript.Rest && array.shape().isOpen();
      int rank = fromEnd ? array.shape().dims().size() : rank((int) axes, axes < subscripts.size());
      if (axes > rank) {
        throw operation.refuse("has more indices than the array has axes");
      }
      axis = -rank;
      all = subscripts;
      for (Subscript subscript : subscripts) {
        if (subscript instanceof Subscript.Rest) {
          keep(rank - (int) axes);
        } else {
          take(subscript);
        }
      }
      keep(-axis);
      Extents shape = new Extents(array.shape().base(), kept);
      if (loop.isPresent()) {
        return Value.Array.turn(shape, flow, loop.get());
      }
      return array.isSplit()
          ? Value.Array.split(shape, split - kept.size(), runs.orElse(array.outer()), array.flow())
          : Value.Array.whole(shape);
    }

    private Dim size() {
      return array.shape().at(axis).orElseThrow();
    }

    private void keep(int count) {
      for (int i = 0; i < count; i++) {
        add(size());
      }
    }

    private void add(Dim size) {
      if (array.isSplit() && axis == array.axis()) {
        split = kept.size();
      }
      kept.add(size);
      axis++;
    }

    private void take(Subscript subscript) {
      boolean cut = array.isSplit() && axis == array.axis();
      if (subscript instanceof Subscript.At at) {
        if (cut) {
          Dim size = size();
          if (isTurn(subscript, at.index(), size)) {
            axis++;
            return;
          }
          throw at.number().isPresent() && size.isNumber()
              ? inParts(operation, array, (int) Math.min(size.numerator(), MOST_PARTS + 1))
              : operation.refuse("picks from the axis that is split");
        }
        axis++;
        return;
      }
      Subscript.Range range = (Subscript.Range) subscript;
      Dim from = range.from().map(Subscript.Bound::size).orElse(Dim.of(0));
      Dim to = range.to().map(Subscript.Bound::size).orElse(size());
      if (range.isAll()) {
        add(size());
        return;
      }
      if (cut) {
        if (!isWindow(range, from)) {
          pieces(range, from, to);
        }
        return;
      }
      add(range.steps() ? operation.unknownSize() : length(from, to));
    }

    /** Whether a piece of the split axis is that of the round of a loop over all its pieces. */
    private boolean isTurn(Subscript own, Optional<Dim> index, Dim pieces) {
      boolean alone = array.outer().equals(Dim.ONE) && index.isPresent();
      loop = alone ? operation.turn(index.get(), pieces, flow) : Optional.empty();
      if (loop.isPresent()) {
        flow = flow.refined(size(), pieces);
        for (Subscript other : all) {
          if (other != own && !isPlain(other)) {
            throw operation.refuse("picks along several axes by what may differ between ranks");
          }
        }
      }
      return loop.isPresent();
    }

    private static boolean isPlain(Subscript subscript) {
      if (subscript instanceof Subscript.At at) {
        return at.number().isPresent();
      }
      return !(subscript instanceof Subscript.Range range)
          || Stream.concat(range.from().stream(), range.to().stream())
              .allMatch(bound -> bound.size().isNumber());
    }

    /** Whether a range is one of equal windows, the one of the round. */
    private boolean isWindow(Subscript.Range range, Dim from) {
      Optional<Dim> length =
          range.from().isPresent() && range.to().isPresent() && !range.steps()
              ? range.to().get().value().minus(range.from().get().value())
              : Optional.empty();
      if (length.isEmpty() || length.get().numerator() <= 0) {
        return false;
      }
      Dim pieces = size().over(length.get());
      if (!isTurn(range, Optional.of(from.over(length.get())), pieces)) {
        return false;
      }
      kept.add(length.get());
      axis++;
      return true;
    }

    /** Negative bounds count from the end; those beyond the end stop there. */
    private Dim length(Dim from, Dim to) {
      Dim start = from.isNegative() ? size().plus(from) : from;
      Dim end = to.isNegative() ? size().plus(to) : to;
      if (size().isNumber() && end.isNumber() && end.numerator() > size().numerator()) {
        end = size();
      }
      Dim length = end.minus(start);
      return length.isNegative() ? operation.unknownSize() : length;
    }

    /** A range of whole runs: each rank has its share of each, at a share of the bounds. */
    private void pieces(Subscript.Range range, Dim from, Dim to) {
      if (range.steps()) {
        throw operation.refuse("takes pieces of the axis that is split");
      }
      Dim run = size().over(array.outer());
      Dim length = to.minus(from);
      boolean whole =
          length.numerator() > 0 && from.over(run).isNumber() && length.over(run).isNumber();
      if (!whole || array.outer().equals(Dim.ONE)) {
        Dim parts = length.numerator() == 0 ? Dim.ONE : size().over(length);
        throw inParts(operation, array, parts.isNumber() ? (int) parts.numerator() : 1);
      }
      shrink(range.from(), from);
      shrink(range.to(), to);
      runs = Optional.of(length.over(run));
      add(length);
    }

    private void shrink(Optional<Subscript.Bound> bound, Dim size) {
      if (bound.isEmpty() || size.numerator() == 0) {
        return;
      }
      operation.shrink(
          bound
              .get()
              .written()
              .orElseThrow(() -> operation.refuse("has a bound on the split axis inside its text")),
          array.flow());
    }
  }
}
