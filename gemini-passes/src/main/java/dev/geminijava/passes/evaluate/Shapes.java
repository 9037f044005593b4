package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DJL's {@code Shape}, whose sizes may be names and whose leading axes may not be known. */
final class Shapes {

  private static final Pattern FROM_END = Pattern.compile("\\(rank\\((.*)\\) - (\\d+)\\)");

  private Shapes() {}

  /** The shape that a constructor's arguments describe. */
  static Value create(List<Value> arguments, Evaluator evaluator) {
    if (!arguments.isEmpty() && arguments.get(0) instanceof Value.Elements sizes) {
      return new Value.Shape(of(sizes));
    }
    List<Dim> dims = new ArrayList<>();
    for (Value argument : arguments) {
      dims.add(
          argument instanceof Value.Whole number ? number.dim() : Dim.symbol(Paths.of(argument)));
    }
    return arguments.size() == 1 && arguments.get(0) instanceof Value.Unknown unknown
        ? evaluator.unknown(Djl.SHAPE, unknown.path())
        : new Value.Shape(Extents.of(dims));
  }

  /** The shape whose sizes a list holds. */
  static Extents of(Value.Elements sizes) {
    List<Dim> dims = new ArrayList<>();
    for (Value item : sizes.items) {
      dims.add(item instanceof Value.Whole n ? n.dim() : Dim.symbol(Paths.of(item)));
    }
    if (!sizes.open.isEmpty()) {
      return Extents.open(sizes.open);
    }
    return Extents.of(dims);
  }

  /** The number of axes. */
  static Value rank(Extents shape) {
    return shape
        .rank()
        .map(rank -> (Value) Value.Whole.of(rank))
        .orElseGet(() -> new Value.Whole(Dim.symbol("rank(" + shape + ")")));
  }

  /** An axis that a program counts from either side, as one counted from the end. */
  static Optional<Integer> fromEnd(Extents shape, Value axis) {
    if (axis.number().isPresent()) {
      return shape.fromEnd(axis.number().get().intValue());
    }
    if (axis instanceof Value.Whole number) {
      Matcher counted = FROM_END.matcher(number.dim().toString());
      if (counted.matches() && counted.group(1).equals(shape.toString())) {
        return Optional.of(-Integer.parseInt(counted.group(2)));
      }
    }
    return Optional.empty();
  }

  /** The size of an axis. */
  static Dim size(Extents shape, Value axis) {
    Optional<Integer> fromEnd = fromEnd(shape, axis);
    if (fromEnd.isPresent()) {
      return shape
          .at(fromEnd.get())
          .orElseGet(() -> Dim.symbol(shape.base() + "#" + fromEnd.get()));
    }
    if (axis.number().isPresent() && shape.isOpen() && axis.number().get() >= 0) {
      return shape.leading(axis.number().get().intValue());
    }
    return Dim.symbol(shape + "[" + Paths.of(axis) + "]");
  }

  static Optional<Value> method(
      Value.Shape shape, String method, List<Value> arguments, String type, Evaluator evaluator) {
    Extents extents = shape.extents();
    return switch (method) {
      case "get" -> {
        check(extents, arguments.get(0), evaluator);
        yield number(size(extents, arguments.get(0)));
      }
      case "dimension" -> Optional.of(rank(extents));
      case "getLastDimension", "tail" -> number(size(extents, Value.Whole.of(-1)));
      case "head" -> number(size(extents, Value.Whole.of(0)));
      case "size" ->
          number(
              arguments.isEmpty() || !(arguments.get(0) instanceof Value.Elements axes)
                  ? total(extents)
                  : Dim.product(axes.items.stream().map(a -> size(extents, a)).toList()));
      case "slice" -> Optional.of(slice(extents, arguments));
      case "add" ->
          Optional.of(
              appended(
                  extents,
                  arguments.size() == 1 && arguments.get(0) instanceof Value.Elements e
                      ? of(e)
                      : ((Value.Shape) create(arguments, evaluator)).extents()));
      case "addAll" -> Optional.of(appended(extents, ((Value.Shape) arguments.get(0)).extents()));
      case "getShape" ->
          Optional.of(
              new Value.Elements(
                  "long[]",
                  extents.dims().stream().map(d -> (Value) new Value.Whole(d)).toList(),
                  extents.isOpen() ? extents.base() : ""));
      case "isScalar" ->
          Optional.of(
              extents.isOpen()
                  ? evaluator.unknown("boolean", "isScalar")
                  : new Value.Constant(extents.dims().isEmpty()));
      case "equals" -> {
        boolean same = shape.equals(arguments.get(0));
        yield Optional.of(same ? Value.Constant.TRUE : evaluator.unknown("boolean", "equals"));
      }
      case "isLayoutKnown" -> Optional.of(Value.Constant.FALSE);
      case "hasZeroDimension", "isRankOne" -> Optional.of(evaluator.unknown("boolean", method));
      case "toString" -> Optional.of(new Value.Constant(extents.toString()));
      case "filterByLayoutType", "map" -> Optional.of(shape);
      case "stream" ->
          Optional.of(
              Streams.of(
                  extents.dims().stream().map(d -> (Value) new Value.Whole(d)).toList(),
                  extents.isOpen() ? extents.base() : ""));
      default -> Optional.empty();
    };
  }

  private static void check(Extents extents, Value axis, Evaluator evaluator) {
    boolean outside =
        axis.number().isPresent()
            && extents.rank().isPresent()
            && (axis.number().get() >= extents.rank().get() || axis.number().get() < 0);
    if (outside) {
      throw evaluator.thrown("takes axis " + axis.number().get() + " of " + extents);
    }
  }

  /** How many elements there are. */
  static Dim total(Extents extents) {
    Dim known = Dim.product(extents.dims());
    return extents.isOpen() ? known.times(Dim.symbol("size(" + extents.base() + ")")) : known;
  }

  private static Optional<Value> number(Dim dim) {
    return Optional.of(new Value.Whole(dim));
  }

  private static Value slice(Extents extents, List<Value> arguments) {
    Optional<Long> from = arguments.get(0).number();
    if (extents.rank().isPresent() && from.isPresent()) {
      int rank = extents.rank().get();
      Optional<Long> to =
          arguments.size() > 1 ? arguments.get(1).number() : Optional.of((long) rank);
      if (to.isPresent() && from.get() >= 0 && from.get() <= to.get() && to.get() <= rank) {
        return new Value.Shape(
            Extents.of(extents.dims().subList(from.get().intValue(), to.get().intValue())));
      }
    }
    if (from.isPresent() && from.get() == 0 && extents.isOpen() && arguments.size() > 1) {
      Optional<Integer> to = fromEnd(extents, arguments.get(1));
      if (to.isPresent()) {
        int left = Math.max(0, extents.dims().size() + to.get());
        return new Value.Shape(new Extents(extents.base(), extents.dims().subList(0, left)));
      }
    }
    return new Value.Shape(
        Extents.open(
            extents
                + "["
                + Paths.of(arguments.get(0))
                + ":"
                + (arguments.size() > 1 ? Paths.of(arguments.get(1)) : "")
                + "]"));
  }

  static Value appended(Extents extents, Extents more) {
    if (more.isOpen()) {
      return new Value.Shape(new Extents(extents + more.base(), more.dims()));
    }
    List<Dim> dims = new ArrayList<>(extents.dims());
    dims.addAll(more.dims());
    return new Value.Shape(new Extents(extents.base(), dims));
  }
}
