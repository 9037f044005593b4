package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Operations that move, cut, join and repeat what arrays hold. */
final class Rearrangements {

  private final Evaluator evaluator;

  Rearrangements(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** The shape of the result; empty when the method is none of these. */
  Optional<Extents> shape(
      Extents shape, String method, List<Value> arguments, List<Value.Array> operands) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    Value second = arguments.size() > 1 ? arguments.get(1) : Value.Constant.NULL;
    return switch (method) {
      case "reshape" -> Optional.of(reshaped(shape, first));
      case "broadcast" -> Optional.of(asShape(first));
      case "flatten" -> Optional.of(flattened(shape, arguments));
      case "expandDims" -> Optional.of(expanded(shape, first));
      case "squeeze" -> Optional.of(squeezed(shape, arguments));
      case "transpose" -> Optional.of(transposed(shape, arguments));
      case "swapAxes" -> Optional.of(swapped(shape, first, second));
      case "concat" -> Optional.of(joined(shape, operands, arguments, first));
      case "stack" -> Optional.of(stacked(shape, operands, arguments, first));
      case "get", "getScalar" -> Optional.of(Indexing.shape(shape, arguments, operands));
      case "gather" -> Optional.of(operands.get(1).shape());
      case "gatherNd" -> Optional.of(gathered(shape, operands.get(1).shape()));
      case "take" -> Optional.of(operands.size() > 1 ? operands.get(1).shape() : shape);
      case "booleanMask", "nonzero", "unique" ->
          Optional.of(
              method.equals("booleanMask") && arguments.size() == 1
                  ? Indexing.masked(shape, operands.get(1).shape())
                  : Extents.open(method + "(" + shape + ")"));
      case "tile" -> Optional.of(tiled(shape, arguments));
      case "repeat" -> Optional.of(tiled(shape, arguments));
      case "oneHot" -> Optional.of(appended(shape, size(first)));
      case "pad" -> Optional.of(padded(shape, first));
      case "where" ->
          Optional.of(
              operands.stream().map(Value.Array::shape).reduce(Broadcast::of).orElse(shape));
      case "real" -> Optional.of(appended(shape, Dim.of(2)));
      case "stft" -> Optional.of(spectrum(shape, arguments));
      case "diagonal", "trace", "diff", "fft", "ifft", "rfft", "irfft", "fft2", "ifft2" ->
          Optional.of(
              method.equals("fft") || method.equals("ifft")
                  ? shape
                  : Extents.open(method + "(" + shape + ")"));
      default -> Optional.empty();
    };
  }

  /** The shapes of several results; empty when the method gives one. */
  Optional<List<Extents>> lists(Extents shape, String method, List<Value> arguments) {
    if (method.equals("topK")) {
      Extents top =
          with(shape, arguments.get(1), size(arguments.get(0)))
              .orElseGet(() -> Extents.open("topK(" + shape + ")"));
      return Optional.of(List.of(top, top));
    }
    if (method.equals("unique")) {
      Extents open = Extents.open("unique(" + shape + ")");
      return Optional.of(List.of(open, open, open));
    }
    if (!method.equals("split")) {
      return Optional.empty();
    }
    Value axis = arguments.size() > 1 ? arguments.get(1) : Value.Whole.of(0);
    Dim whole = Shapes.size(shape, axis);
    List<Extents> parts = new ArrayList<>();
    if (arguments.get(0) instanceof Value.Elements places && places.open.isEmpty()) {
      Value before = Value.Whole.of(0);
      List<Value> ends = new ArrayList<>(places.items);
      ends.add(new Value.Whole(whole));
      for (Value end : ends) {
        Value length = Operators.apply("-", "long", end, before, evaluator);
        parts.add(with(shape, axis, size(length)).orElse(Extents.open("part of " + shape)));
        before = end;
      }
      return Optional.of(parts);
    }
    Optional<Long> count = arguments.get(0).number();
    if (count.isEmpty() || count.get() > 10_000 || count.get() < 1) {
      return Optional.of(List.of(Extents.open("part of " + shape)));
    }
    Dim each = whole.over(Dim.of(count.get()));
    Extents part = with(shape, axis, each).orElse(Extents.open("part of " + shape));
    return Optional.of(Collections.nCopies(count.get().intValue(), part));
  }

  static Dim size(Value value) {
    return value instanceof Value.Whole number ? number.dim() : Dim.symbol(Paths.of(value));
  }

  /** The first axis of the index says how many axes of the data it picks from. */
  private static Extents gathered(Extents shape, Extents index) {
    boolean known =
        !shape.isOpen()
            && !index.isOpen()
            && !index.dims().isEmpty()
            && index.dims().get(0).isNumber();
    int axes = known ? (int) index.dims().get(0).numerator() : Integer.MAX_VALUE;
    if (axes > shape.dims().size()) {
      return Extents.open("gatherNd(" + shape + ")");
    }
    List<Dim> dims = new ArrayList<>(index.dims().subList(1, index.dims().size()));
    dims.addAll(shape.dims().subList(axes, shape.dims().size()));
    return Extents.of(dims);
  }

  private static Extents asShape(Value value) {
    if (value instanceof Value.Shape shape) {
      return shape.extents();
    }
    return value instanceof Value.Elements sizes ? Shapes.of(sizes) : Extents.open(Paths.of(value));
  }

  private static Extents reshaped(Extents shape, Value to) {
    Extents written = asShape(to);
    List<Dim> dims = new ArrayList<>(written.dims());
    int open = dims.indexOf(Dim.of(-1));
    if (open >= 0) {
      dims.set(open, Dim.ONE);
      Dim rest = Dim.product(dims);
      Dim inferred =
          rest.numerator() == 0 ? Dim.symbol("size of " + shape) : Shapes.total(shape).over(rest);
      boolean whole = inferred.denominator() == 1 || !inferred.powers().isEmpty();
      dims.set(open, whole ? inferred : Dim.symbol("size of " + shape + " / " + rest));
    }
    return new Extents(written.base(), dims);
  }

  private static Extents flattened(Extents shape, List<Value> arguments) {
    if (arguments.size() < 2) {
      return Extents.of(List.of(Shapes.total(shape)));
    }
    Optional<Integer> from = Shapes.fromEnd(shape, arguments.get(0));
    Optional<Integer> to = Shapes.fromEnd(shape, arguments.get(1));
    if (shape.isOpen() || from.isEmpty() || to.isEmpty()) {
      return Extents.open("flatten(" + shape + ")");
    }
    int rank = shape.dims().size();
    List<Dim> dims = new ArrayList<>(shape.dims().subList(0, rank + from.get()));
    dims.add(Dim.product(shape.dims().subList(rank + from.get(), rank + to.get() + 1)));
    dims.addAll(shape.dims().subList(rank + to.get() + 1, rank));
    return Extents.of(dims);
  }

  private static Extents expanded(Extents shape, Value axis) {
    Optional<Long> at = axis.number();
    if (at.isEmpty()) {
      return Extents.open("expandDims(" + shape + ")");
    }
    int known = shape.dims().size();
    int place = (int) (at.get() < 0 ? known + at.get() + 1 : shape.isOpen() ? -1 : at.get());
    if (place < 0 || place > known) {
      return Extents.open("expandDims(" + shape + ", " + at.get() + ")");
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.add(place, Dim.ONE);
    return new Extents(shape.base(), dims);
  }

  private static Extents squeezed(Extents shape, List<Value> arguments) {
    if (arguments.isEmpty()) {
      return shape.isOpen()
          ? Extents.open("squeeze(" + shape + ")")
          : Extents.of(shape.dims().stream().filter(d -> !d.equals(Dim.ONE)).toList());
    }
    List<Value> axes =
        arguments.get(0) instanceof Value.Elements list ? list.items : List.of(arguments.get(0));
    List<Dim> dims = new ArrayList<>(shape.dims());
    List<Integer> gone = new ArrayList<>();
    for (Value axis : axes) {
      Optional<Integer> at = Shapes.fromEnd(shape, axis);
      if (at.isEmpty() || shape.at(at.get()).isEmpty()) {
        return Extents.open("squeeze(" + shape + ", " + Paths.of(axis) + ")");
      }
      gone.add(dims.size() + at.get());
    }
    gone.stream().sorted(Collections.reverseOrder()).forEach(i -> dims.remove((int) i));
    return new Extents(shape.base(), dims);
  }

  private static Extents transposed(Extents shape, List<Value> arguments) {
    List<Value> axes =
        arguments.isEmpty()
            ? List.of()
            : arguments.get(0) instanceof Value.Elements list ? list.items : arguments;
    if (axes.isEmpty()) {
      List<Dim> dims = new ArrayList<>(shape.dims());
      Collections.reverse(dims);
      return shape.isOpen() ? Extents.open("transpose(" + shape + ")") : Extents.of(dims);
    }
    List<Dim> dims = new ArrayList<>();
    for (Value axis : axes) {
      dims.add(Shapes.size(shape, axis));
    }
    return Extents.of(dims);
  }

  private static Extents swapped(Extents shape, Value a, Value b) {
    Optional<Integer> first = Shapes.fromEnd(shape, a);
    Optional<Integer> second = Shapes.fromEnd(shape, b);
    boolean known =
        first.isPresent()
            && second.isPresent()
            && shape.at(first.get()).isPresent()
            && shape.at(second.get()).isPresent();
    if (!known) {
      return Extents.open("swapAxes(" + shape + ")");
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    Collections.swap(dims, dims.size() + first.get(), dims.size() + second.get());
    return new Extents(shape.base(), dims);
  }

  /** A shape with another size of an axis, where it is known which. */
  static Optional<Extents> with(Extents shape, Value axis, Dim size) {
    Optional<Integer> at = Shapes.fromEnd(shape, axis);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    if (at.get() == -1) {
      return Optional.of(shape.withLast(size));
    }
    if (shape.at(at.get()).isEmpty()) {
      return Optional.empty();
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.set(dims.size() + at.get(), size);
    return Optional.of(new Extents(shape.base(), dims));
  }

  private Extents joined(
      Extents shape, List<Value.Array> operands, List<Value> arguments, Value first) {
    Value axis = arguments.size() > 1 ? arguments.get(arguments.size() - 1) : Value.Whole.of(0);
    boolean open = first instanceof Value.Elements list && !list.open.isEmpty();
    Value sum = Value.Whole.of(0);
    for (Value.Array operand : operands) {
      Value size = new Value.Whole(Shapes.size(operand.shape(), axis));
      sum = Operators.apply("+", "long", sum, size, evaluator);
    }
    Dim length = open ? Dim.symbol("concat of " + Paths.of(first)) : size(sum);
    return with(shape, axis, length)
        .orElseGet(() -> Extents.open("concat(" + shape + ", " + Paths.of(axis) + ")"));
  }

  private static Extents stacked(
      Extents shape, List<Value.Array> operands, List<Value> arguments, Value first) {
    Value axis = arguments.size() > 1 ? arguments.get(arguments.size() - 1) : Value.Whole.of(0);
    boolean open = first instanceof Value.Elements list && !list.open.isEmpty();
    Dim count = open ? Dim.symbol("size of " + Paths.of(first)) : Dim.of(operands.size());
    Extents wide = expanded(shape, axis);
    Optional<Long> at = axis.number();
    if (at.isEmpty() || wide.isOpen() && at.get() >= 0) {
      return Extents.open("stack(" + shape + ", " + Paths.of(axis) + ")");
    }
    List<Dim> dims = new ArrayList<>(wide.dims());
    int place = (int) (at.get() < 0 ? dims.size() + at.get() : at.get());
    dims.set(place, count);
    return new Extents(wide.base(), dims);
  }

  private static Extents tiled(Extents shape, List<Value> arguments) {
    if (arguments.size() == 2 && arguments.get(0) instanceof Value.Whole) {
      Dim size = Shapes.size(shape, arguments.get(0)).times(size(arguments.get(1)));
      return with(shape, arguments.get(0), size)
          .orElseGet(() -> Extents.open("repeat(" + shape + ")"));
    }
    Extents times = asShape(arguments.get(0));
    if (arguments.get(0) instanceof Value.Whole n) {
      List<Dim> all = shape.dims().stream().map(d -> d.times(n.dim())).toList();
      return new Extents(shape.base(), all);
    }
    if (arguments.get(0) instanceof Value.Shape || times.isOpen() || shape.isOpen()) {
      return arguments.get(0) instanceof Value.Shape ? times : Extents.open("tile(" + shape + ")");
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    while (dims.size() < times.dims().size()) {
      dims.add(0, Dim.ONE);
    }
    int skipped = dims.size() - times.dims().size();
    for (int i = 0; i < times.dims().size(); i++) {
      dims.set(skipped + i, dims.get(skipped + i).times(times.dims().get(i)));
    }
    return Extents.of(dims);
  }

  private static Extents appended(Extents shape, Dim last) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.add(last);
    return new Extents(shape.base(), dims);
  }

  /** Frequencies and windows take the place of samples. */
  private Extents spectrum(Extents shape, List<Value> arguments) {
    Value window = arguments.get(0);
    boolean centered = arguments.get(2).truth().orElse(false);
    if (shape.dims().isEmpty() || !window.number().isPresent()) {
      return Extents.open("stft(" + shape + ")");
    }
    Value samples = new Value.Whole(Shapes.size(shape, Value.Whole.of(-1)));
    Value room = centered ? samples : Operators.apply("-", "long", samples, window, evaluator);
    Value hops = Operators.apply("/", "long", room, arguments.get(1), evaluator);
    List<Dim> dims = new ArrayList<>(shape.dims().subList(0, shape.dims().size() - 1));
    dims.add(Dim.of(window.number().get() / 2 + 1));
    dims.add(size(Operators.apply("+", "long", hops, Value.Whole.of(1), evaluator)));
    return new Extents(shape.base(), dims);
  }

  /** Padding goes in pairs from the last axis on. */
  private Extents padded(Extents shape, Value padding) {
    Extents pairs = asShape(padding);
    List<Dim> dims = new ArrayList<>(shape.dims());
    for (int i = 0; 2 * i + 1 < pairs.dims().size(); i++) {
      int axis = dims.size() - 1 - i;
      if (axis < 0) {
        return Extents.open("pad(" + shape + ")");
      }
      Value sum = new Value.Whole(dims.get(axis));
      for (int side = 0; side < 2; side++) {
        Value more = new Value.Whole(pairs.dims().get(2 * i + side));
        sum = Operators.apply("+", "long", sum, more, evaluator);
      }
      dims.set(axis, size(sum));
    }
    return new Extents(shape.base(), dims);
  }
}
