package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Products of matrices, pooling, images, and what layers compute inside. */
final class Kernels {

  private final Evaluator evaluator;

  Kernels(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** The shape of the result; empty when the method is none of these. */
  Optional<Extents> shape(
      Value.Array array, String method, List<Value> arguments, List<Value.Array> operands) {
    Extents shape = array.shape();
    return switch (method) {
      case "matMul", "dot", "batchMatMul", "batchDot" ->
          Optional.of(product(shape, operands.get(operands.size() > 1 ? 1 : 0).shape(), method));
      case "maxPool", "avgPool", "lpPool" ->
          Optional.of(
              pooled(
                  shape,
                  method.equals("lpPool") ? arguments.subList(1, arguments.size()) : arguments));
      case "globalMaxPool", "globalAvgPool", "globalLpPool" ->
          Optional.of(
              shape.isOpen()
                  ? new Extents(shape.base(), List.of())
                  : Extents.of(shape.dims().subList(0, Math.min(2, shape.dims().size()))));
      case "resize", "interpolation", "crop", "toTensor" ->
          Optional.of(image(shape, method, arguments));
      default -> Optional.empty();
    };
  }

  private static Extents product(Extents a, Extents b, String method) {
    boolean vectorLeft = a.rank().equals(Optional.of(1));
    boolean vectorRight = b.rank().equals(Optional.of(1));
    if (vectorLeft && vectorRight) {
      return Extents.SCALAR;
    }
    if (vectorRight) {
      return new Extents(
          a.base(), a.dims().isEmpty() ? List.of() : a.dims().subList(0, a.dims().size() - 1));
    }
    Dim columns = Shapes.size(b, Value.Whole.of(-1));
    if (vectorLeft) {
      return Extents.of(List.of(columns));
    }
    Extents leading = Broadcast.leading(a, b);
    List<Dim> dims = new ArrayList<>(leading.dims());
    dims.add(a.at(-2).orElseGet(() -> Dim.symbol((a.isOpen() ? a.base() : method) + "#-2")));
    dims.add(columns);
    return new Extents(leading.base(), dims);
  }

  private Extents pooled(Extents shape, List<Value> arguments) {
    List<Extents> settings = new ArrayList<>();
    boolean ceil = false;
    for (Value argument : arguments) {
      if (argument instanceof Value.Shape s) {
        settings.add(s.extents());
      } else if (argument.truth().isPresent() && settings.size() >= 2) {
        ceil |=
            argument.truth().get() && argument == arguments.get(Math.min(3, arguments.size() - 1));
      }
    }
    if (shape.isOpen() || settings.isEmpty()) {
      return Extents.open("pool(" + shape + ")");
    }
    Extents kernel = settings.get(0);
    Extents stride =
        settings.size() > 1 && !settings.get(1).dims().isEmpty() ? settings.get(1) : kernel;
    List<Dim> dims = new ArrayList<>(shape.dims());
    int axes = kernel.dims().size();
    for (int i = 0; i < axes && i < dims.size(); i++) {
      int axis = dims.size() - axes + i;
      Dim padding =
          settings.size() > 2 && i < settings.get(2).dims().size()
              ? settings.get(2).dims().get(i)
              : Dim.of(0);
      dims.set(
          axis, window(dims.get(axis), kernel.dims().get(i), stride.dims().get(i), padding, ceil));
    }
    return Extents.of(dims);
  }

  private Dim window(Dim size, Dim kernel, Dim stride, Dim padding, boolean ceil) {
    Value sum =
        apply("+", new Value.Whole(size), apply("*", Value.Whole.of(2), new Value.Whole(padding)));
    sum = apply("-", sum, new Value.Whole(kernel));
    if (ceil) {
      sum = apply("+", sum, apply("-", new Value.Whole(stride), Value.Whole.of(1)));
    }
    return Rearrangements.size(
        apply("+", apply("/", sum, new Value.Whole(stride)), Value.Whole.of(1)));
  }

  private Value apply(String operator, Value a, Value b) {
    return Operators.apply(operator, "long", a, b, evaluator);
  }

  private static Extents image(Extents shape, String method, List<Value> arguments) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    int rank = dims.size();
    if (shape.isOpen() || rank < 3) {
      return Extents.open(method + "(" + shape + ")");
    }
    if (method.equals("toTensor")) {
      dims.add(rank - 3, dims.remove(rank - 1));
      return Extents.of(dims);
    }
    boolean sizes = arguments.get(0) instanceof Value.Elements;
    if (sizes) {
      Extents to = Shapes.of((Value.Elements) arguments.get(0));
      for (int i = 0; i < to.dims().size() && i < rank; i++) {
        dims.set(rank - to.dims().size() + i, to.dims().get(i));
      }
      return Extents.of(dims);
    }
    int first = method.equals("crop") ? 2 : 0;
    dims.set(rank - 2, Rearrangements.size(arguments.get(first)));
    dims.set(rank - 3, Rearrangements.size(arguments.get(first + 1)));
    return Extents.of(dims);
  }

  /** The results of a method that computes a whole layer; empty when it is none. */
  Optional<List<Value.Array>> several(Value.Array array, String method, List<Value> arguments) {
    Value.Array input =
        !arguments.isEmpty() && arguments.get(0) instanceof Value.Array a ? a : array;
    Value.Array weight =
        arguments.size() > 1 && arguments.get(1) instanceof Value.Array a ? a : null;
    return switch (method) {
      case "linear" -> {
        if (weight == null) {
          yield Optional.empty();
        }
        Extents out = input.shape().withLast(Shapes.size(weight.shape(), Value.Whole.of(0)));
        yield one(method, input, arguments, out, Layers.products(out, weight.shape()));
      }
      case "embedding" -> {
        if (weight == null) {
          yield Optional.empty();
        }
        List<Dim> looked = new ArrayList<>(input.shape().dims());
        looked.add(Shapes.size(weight.shape(), Value.Whole.of(-1)));
        yield one(method, input, arguments, new Extents(input.shape().base(), looked), Amount.ZERO);
      }
      case "prelu", "layerNorm", "batchNorm" ->
          one(method, input, arguments, input.shape(), input.shape().count().times(Dim.of(5)));
      case "dropout" -> one(method, input, arguments, input.shape(), input.shape().count());
      case "convolution", "deconvolution" ->
          weight == null
              ? Optional.empty()
              : one(
                  method,
                  input,
                  arguments,
                  convolved(input.shape(), weight.shape(), arguments, method.startsWith("de")),
                  Amount.ZERO);
      case "multiBoxTarget", "multiBoxPrior", "multiBoxDetection" -> {
        List<Extents> shapes = new ArrayList<>();
        for (int i = 0; i < (method.equals("multiBoxTarget") ? 3 : 1); i++) {
          shapes.add(Extents.open(method + i + "(" + array.shape() + ")"));
        }
        yield Optional.of(
            evaluator.trace.nodes(
                "NDArray." + method, List.of(array), shapes, "float32", List.of(), Amount.ZERO));
      }
      case "rnn", "gru", "lstm" ->
          one(
              method,
              input,
              arguments,
              Extents.open(method + "(" + input.shape() + ")"),
              Amount.ZERO);
      default -> Optional.empty();
    };
  }

  private Optional<List<Value.Array>> one(
      String method, Value.Array input, List<Value> arguments, Extents shape, Amount flops) {
    List<Value.Array> operands = new ArrayList<>();
    arguments.forEach(
        a -> {
          if (a instanceof Value.Array array) {
            operands.add(array);
          }
        });
    String type = method.equals("embedding") ? "float32" : input.type();
    return Optional.of(
        List.of(evaluator.trace.node("NDArray." + method, operands, shape, type, flops)));
  }

  private Extents convolved(
      Extents input, Extents weight, List<Value> arguments, boolean transposed) {
    List<Extents> settings = new ArrayList<>();
    for (Value argument : arguments) {
      if (argument instanceof Value.Shape s) {
        settings.add(s.extents());
      }
    }
    int axes = weight.dims().size() - 2;
    if (input.isOpen()
        || weight.isOpen()
        || transposed
        || settings.size() < 3
        || input.dims().size() != axes + 2) {
      return Extents.open("convolution(" + input + ")");
    }
    List<Dim> dims = new ArrayList<>(input.dims());
    dims.set(1, weight.dims().get(0));
    for (int i = 0; i < axes; i++) {
      Value dilated =
          apply(
              "+",
              apply(
                  "*",
                  new Value.Whole(settings.get(2).dims().get(i)),
                  apply("-", new Value.Whole(weight.dims().get(2 + i)), Value.Whole.of(1))),
              Value.Whole.of(1));
      dims.set(
          2 + i,
          window(
              dims.get(2 + i),
              Rearrangements.size(dilated),
              settings.get(0).dims().get(i),
              settings.get(1).dims().get(i),
              false));
    }
    return Extents.of(dims);
  }
}
