package dev.geminijava.passes.djl;

import dev.geminijava.passes.front.Anchor.Created;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.List;
import java.util.stream.Stream;

/**
 * DJL's operations on arrays as far as they leave the shares of an axis apart, by their names in
 * {@code JniUtils}: the runtime may compute a share of the result from shares of the operands.
 *
 * @param method the name
 * @param kind what it takes together
 * @param parameters the method's parameters: first the arrays, for reductions then the axes
 */
record Arithmetic(String method, Kind kind, List<String> parameters) {

  private static final String JNI = "ai.djl.pytorch.jni.JniUtils";

  private static final String OF_ONE =
      "sign neg abs square floor ceil round trunc exp gammaln log log10 log2 sqrt"
          + " sin cos tan asin acos atan sinh cosh tanh erf erfinv"
          + " sigmoid relu softPlus softSign selu gelu"
          + " logicalNot isNaN isInf clone detachGradient";
  private static final String OF_TWO =
      "add sub mul div remainder pow xlogy max min logicalAnd logicalOr logicalXor";
  private static final String COMPARING = "eq neq gt gte lt lte atan2";
  private static final String REDUCING = "mean max min prod argMax";

  private enum Kind {
    ELEMENT,
    ELEMENTS,
    AXIS,
    REDUCTION,
    NORM
  }

  static List<Hook> hooks() {
    return Stream.of(
            named(OF_ONE, Kind.ELEMENT, "ndArray"),
            named("leakyRelu", Kind.ELEMENT, "ndArray", "negativeSlope"),
            named("elu", Kind.ELEMENT, "ndArray", "alpha"),
            named("clip", Kind.ELEMENT, "ndArray", "min", "max"),
            named(OF_TWO, Kind.ELEMENTS, "ndArray1", "ndArray2"),
            named(COMPARING, Kind.ELEMENTS, "self", "other"),
            named("softmax logSoftmax", Kind.AXIS, "ndArray", "dim", "dTpe"),
            named("cumSum", Kind.AXIS, "ndArray", "dim"),
            named(REDUCING, Kind.REDUCTION, "ndArray", "dim", "keepDim"),
            named("sum", Kind.REDUCTION, "ndArray", "dims", "keepDim"),
            named("layerNorm", Kind.NORM, "ndArray", "normalizedShape", "gamma", "beta", "eps"))
        .flatMap(operations -> operations)
        .map(Arithmetic::hook)
        .toList();
  }

  private static Stream<Arithmetic> named(String names, Kind kind, String... parameters) {
    return Stream.of(names.split(" ")).map(name -> new Arithmetic(name, kind, List.of(parameters)));
  }

  private Hook hook() {
    String array = parameters.get(0);
    String rest = parameters.stream().skip(1).map(p -> ", " + p).reduce("", String::concat);
    String part = "part -> " + method + "(part" + rest + ")";
    String open =
        switch (kind) {
          case ELEMENT -> "each(" + array + ", " + part;
          case ELEMENTS ->
              "each(" + array + rest + ", (first, second) -> " + method + "(first, second)";
          case AXIS -> "along(" + array + ", new long[] {dim}, true, " + part;
          case REDUCTION ->
              "along("
                  + array
                  + (parameters.get(1).equals("dims") ? ", dims" : ", new long[] {dim}")
                  + ", keepDim, "
                  + part;
          case NORM -> "layerNorm(" + array + ", normalizedShape, " + part;
        };
    return new Hook(
        JNI,
        new Created(method, parameters.size(), "PtNDArray"),
        RuntimeNames.SHARDS + "." + open + ", () -> ",
        ")",
        "an array of which every rank has a share stays in shares");
  }
}
