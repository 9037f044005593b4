package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operations on arrays: what shape they give and how much they compute. */
final class Operations {

  private static final Set<String> HOST =
      Set.of(
          "attach",
          "tempAttach",
          "detach",
          "close",
          "setName",
          "setRequiresGradient",
          "intern",
          "copyTo",
          "set",
          "setScalar",
          "adadeltaUpdate",
          "adagradUpdate",
          "adamUpdate",
          "nagUpdate",
          "rmspropUpdate",
          "sgdUpdate");
  private static final Set<String> SAME =
      Set.of(
          "neg",
          "abs",
          "square",
          "sqrt",
          "cbrt",
          "floor",
          "ceil",
          "round",
          "trunc",
          "exp",
          "gammaln",
          "log",
          "log10",
          "log2",
          "sin",
          "cos",
          "tan",
          "asin",
          "acos",
          "atan",
          "sinh",
          "cosh",
          "tanh",
          "asinh",
          "acosh",
          "atanh",
          "toDegrees",
          "toRadians",
          "sign",
          "signi",
          "negi",
          "erfinv",
          "erf",
          "logicalNot",
          "isInfinite",
          "isNaN",
          "clip",
          "toType",
          "duplicate",
          "stopGradient",
          "scaleGradient",
          "zerosLike",
          "onesLike",
          "like",
          "toDevice",
          "softmax",
          "logSoftmax",
          "cumSum",
          "cumProd",
          "sort",
          "argSort",
          "flip",
          "inverse",
          "toDense",
          "toSparse",
          "normalize",
          "sequenceMask",
          "getNDArrayInternal",
          "relu",
          "sigmoid",
          "softPlus",
          "softSign",
          "leakyRelu",
          "elu",
          "selu",
          "gelu",
          "swish",
          "mish",
          "randomFlipLeftRight",
          "randomFlipTopBottom",
          "randomBrightness",
          "randomHue",
          "randomColorJitter",
          "complex",
          "conj",
          "put",
          "scatter",
          "getArray",
          "rotate90");
  private static final Set<String> BROADCAST =
      Set.of(
          "add",
          "sub",
          "mul",
          "div",
          "mod",
          "pow",
          "maximum",
          "minimum",
          "eq",
          "neq",
          "gt",
          "gte",
          "lt",
          "lte",
          "logicalAnd",
          "logicalOr",
          "logicalXor",
          "xlogy",
          "atan2",
          "addi",
          "subi",
          "muli",
          "divi",
          "modi",
          "powi",
          "rsub",
          "rdiv",
          "rmod",
          "rpow",
          "rsubi",
          "rdivi",
          "rmodi",
          "rpowi");
  private static final Set<String> TRUTHS =
      Set.of(
          "eq",
          "neq",
          "gt",
          "gte",
          "lt",
          "lte",
          "logicalAnd",
          "logicalOr",
          "logicalXor",
          "logicalNot",
          "isInfinite",
          "isNaN");
  private static final Set<String> REDUCE =
      Set.of(
          "sum",
          "mean",
          "max",
          "min",
          "prod",
          "median",
          "percentile",
          "norm",
          "all",
          "any",
          "none",
          "countNonzero",
          "argMax",
          "argMin");

  private final Evaluator evaluator;
  private final Rearrangements rearrangements;
  private final Kernels kernels;

  Operations(Evaluator evaluator) {
    this.evaluator = evaluator;
    rearrangements = new Rearrangements(evaluator);
    kernels = new Kernels(evaluator);
  }

  /** A method of an array. */
  Value method(Value.Array array, String method, List<Value> arguments, String type) {
    return asked(array, method, arguments)
        .orElseGet(() -> computed(array, method, arguments, type));
  }

  /** What programs ask an array without computing anything. */
  private Optional<Value> asked(Value.Array array, String method, List<Value> arguments) {
    return switch (method) {
      case "getShape" -> Optional.of(new Value.Shape(array.shape()));
      case "getNDArrayInternal", "getArray" -> Optional.of(array);
      case "getDataType" -> Optional.of(dataType(array));
      case "getManager" -> Optional.of(new Value.Unknown(Djl.NDMANAGER, "manager"));
      case "size" ->
          Optional.of(
              new Value.Whole(
                  arguments.isEmpty()
                      ? Shapes.total(array.shape())
                      : Shapes.size(array.shape(), arguments.get(0))));
      case "isScalar" ->
          Shapes.method(
              new Value.Shape(array.shape()), "isScalar", List.of(), "boolean", evaluator);
      case "getName" -> Optional.of(Value.Constant.NULL);
      case "equals" ->
          Optional.of(
              array == arguments.get(0)
                  ? Value.Constant.TRUE
                  : evaluator.unknown("boolean", "equals"));
      default -> Optional.empty();
    };
  }

  private Value computed(Value.Array array, String method, List<Value> arguments, String type) {
    if (HOST.contains(method) || type.equals("void")) {
      return Value.Constant.NOTHING;
    }
    List<Value.Array> operands = operands(array, arguments);
    Optional<List<Value.Array>> several = kernels.several(array, method, arguments);
    if (several.isPresent()) {
      return list(several.get());
    }
    Optional<List<Extents>> lists = rearrangements.lists(array.shape(), method, arguments);
    if (lists.isPresent()) {
      return list(
          evaluator.trace.nodes(
              name(method), operands, lists.get(), array.type(), List.of(), Amount.ZERO));
    }
    if (!type.equals(Djl.NDARRAY) && !type.equals(Djl.NDARRAY_EX) && !type.isEmpty()) {
      return type.equals(Djl.NDLIST)
          ? missing(array, method, operands, type)
          : evaluator.unknown(type, Paths.of(array) + "." + method + "()");
    }
    Optional<Extents> shape = shape(array, method, arguments, operands);
    return shape.isPresent()
        ? evaluator.trace.node(
            name(method),
            operands,
            shape.get(),
            resultType(array, method, arguments),
            work(array, method, shape.get(), operands))
        : evaluator
            .ruled
            .method(Djl.NDARRAY, method, Optional.of(array), arguments, type)
            .orElseGet(() -> missing(array, method, operands, type));
  }

  private static String name(String method) {
    return "NDArray." + method;
  }

  static Value.Elements list(List<Value.Array> items) {
    return new Value.Elements(Djl.NDLIST, List.copyOf(items), "");
  }

  /** No rule knows what this gives. */
  private Value missing(Value.Array array, String method, List<Value.Array> operands, String type) {
    evaluator.trace.gap("there is no rule for NDArray." + method);
    Value.Array result =
        evaluator.trace.node(
            name(method),
            operands,
            Extents.open(method + "(" + array.shape() + ")"),
            array.type(),
            Amount.ZERO);
    return type.equals(Djl.NDLIST)
        ? new Value.Elements(Djl.NDLIST, List.of(result), evaluator.fresh(method))
        : result;
  }

  private Value dataType(Value.Array array) {
    return evaluator
        .classes
        .find(Djl.DATA_TYPE)
        .map(
            code ->
                evaluator
                    .objects
                    .fixed(code)
                    .fields
                    .get(Djl.DATA_TYPE + "." + array.type().toUpperCase(java.util.Locale.ROOT)))
        .filter(java.util.Objects::nonNull)
        .orElseGet(() -> new Value.Unknown(Djl.DATA_TYPE, array.type()));
  }

  private static List<Value.Array> operands(Value.Array array, List<Value> arguments) {
    List<Value.Array> operands = new ArrayList<>(List.of(array));
    for (Value argument : arguments) {
      if (argument instanceof Value.Array a) {
        operands.add(a);
      } else if (argument instanceof Value.Elements e) {
        e.items.stream()
            .filter(Value.Array.class::isInstance)
            .forEach(i -> operands.add((Value.Array) i));
      }
    }
    return operands;
  }

  private Optional<Extents> shape(
      Value.Array array, String method, List<Value> arguments, List<Value.Array> operands) {
    Extents shape = array.shape();
    if (SAME.contains(method)) {
      return Optional.of(shape);
    }
    if (BROADCAST.contains(method)) {
      return Optional.of(
          operands.size() < 2 ? shape : Broadcast.of(shape, operands.get(1).shape()));
    }
    if (REDUCE.contains(method)) {
      return Optional.of(Reductions.shape(shape, method, arguments));
    }
    return rearrangements
        .shape(shape, method, arguments, operands)
        .or(() -> kernels.shape(array, method, arguments, operands));
  }

  private static String resultType(Value.Array array, String method, List<Value> arguments) {
    if (TRUTHS.contains(method)) {
      return "boolean";
    }
    if (Set.of("argMax", "argMin", "argSort", "countNonzero", "nonzero").contains(method)) {
      return "int64";
    }
    if (method.equals("where") && arguments.get(0) instanceof Value.Array chosen) {
      return chosen.type();
    }
    if (method.equals("toType") || method.equals("oneHot")) {
      for (Value argument : arguments) {
        Optional<String> type = Framework.dataType(argument);
        if (type.isPresent()) {
          return type.get();
        }
      }
      return method.equals("oneHot") ? "float32" : array.type();
    }
    return array.type();
  }

  private static Amount work(
      Value.Array array, String method, Extents result, List<Value.Array> operands) {
    if (Set.of("matMul", "dot", "batchMatMul", "batchDot").contains(method)
        && operands.size() > 1) {
      Dim inner = Shapes.size(array.shape(), Value.Whole.of(-1));
      return result.count().times(inner).times(Dim.of(2));
    }
    if (REDUCE.contains(method)) {
      return array.shape().count();
    }
    boolean computes =
        (SAME.contains(method) || BROADCAST.contains(method))
            && !Set.of("toType", "duplicate", "stopGradient", "toDevice", "zerosLike", "onesLike")
                .contains(method);
    return computes ? result.count() : Amount.ZERO;
  }

  /** A static method of {@code NDArrays}, which is one of its first array. */
  Value fixed(String method, List<Value> arguments, String type) {
    if (!arguments.isEmpty() && arguments.get(0) instanceof Value.Elements list) {
      List<Value> items = Lists.walk(list, evaluator);
      if (!items.isEmpty() && items.get(0) instanceof Value.Array first) {
        List<Value> rest = new ArrayList<>();
        rest.add(new Value.Elements(list.type, items.subList(1, items.size()), list.open));
        rest.addAll(arguments.subList(1, arguments.size()));
        return method(first, method, rest, type);
      }
      return evaluator.unknown(type, method + "(" + Paths.of(list) + ")");
    }
    for (Value argument : arguments) {
      if (argument instanceof Value.Array array) {
        List<Value> rest = new ArrayList<>(arguments);
        rest.remove(argument);
        return method(array, method, rest, type);
      }
    }
    return evaluator.unknown(type, "NDArrays." + method);
  }
}
