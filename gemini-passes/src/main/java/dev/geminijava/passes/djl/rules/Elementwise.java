package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.Factors;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.List;

/** Methods that act on each element alone, or on the elements that meet when shapes broadcast. */
public final class Elementwise implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";
  private static final String NDARRAYS = "ai.djl.ndarray.NDArrays";
  private static final String PAIR = "..., ... -> ...";
  private static final String INTERNAL = "ai.djl.ndarray.internal.NDArrayEx";
  private static final String ACTIVATIONS =
      "relu sigmoid tanh softPlus softSign leakyRelu elu selu gelu swish mish";
  private static final Factors ONE = Factors.parse("... -> ...");

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.factors(
                NDARRAY, "neg duplicate stopGradient scaleGradient zerosLike", "... -> ...")
            .linear(Linear.ARRAYS),
        OperationRule.factors(
            NDARRAY,
            "toDevice like conj log10 log2 abs square sqrt cbrt floor ceil round trunc exp gammaln log sin cos tan asin acos"
                + " atan sinh cosh tanh asinh acosh atanh toDegrees toRadians sign erfinv erf"
                + " logicalNot isInfinite isNaN clip toType onesLike",
            "... -> ..."),
        OperationRule.factors(NDARRAY, "add sub", PAIR).linear(Linear.SUM),
        OperationRule.factors(NDARRAY, "mul", PAIR).linear(Linear.EACH),
        OperationRule.factors(NDARRAY, "div", PAIR).linear(Linear.FIRST),
        OperationRule.factors(
            NDARRAY,
            "mod pow maximum minimum eq neq gt gte lt lte logicalAnd logicalOr"
                + " logicalXor xlogy atan2",
            PAIR),
        OperationRule.of(NDARRAY, "addi subi muli divi modi powi negi signi", Elementwise::inPlace),
        OperationRule.factors(NDARRAYS, "add sub", PAIR).linear(Linear.SUM),
        OperationRule.factors(NDARRAYS, "mul", PAIR).linear(Linear.EACH),
        OperationRule.factors(
            NDARRAYS,
            "div mod pow maximum minimum eq neq gt gte lt lte logicalAnd logicalOr" + " logicalXor",
            PAIR),
        OperationRule.factors(NDARRAYS, "erf erfinv", "... -> ..."),
        OperationRule.factors(NDARRAYS, "where", "..., ..., ... -> ..."),
        OperationRule.of(NDARRAY, "getNDArrayInternal", Operation::self),
        OperationRule.factors(INTERNAL, ACTIVATIONS, "... -> ..."),
        OperationRule.factors(INTERNAL, "rsub rdiv rmod rpow", PAIR),
        OperationRule.of("ai.djl.nn.Activation", ACTIVATIONS + " relu6", Elementwise::activation));
  }

  private static Value activation(Operation operation) {
    Value each = operation.each(ONE);
    if (each != null) {
      return each;
    }
    return operation.arguments().get(0) instanceof Value.Bundle
        ? operation.unknownList()
        : ONE.apply(operation);
  }

  /** What is changed in place keeps its own placement. */
  private static Value inPlace(Operation operation) {
    if (!operation.self().isSplit() && !operation.sources().isEmpty()) {
      throw operation.refuse("puts a split value into an array that every rank has");
    }
    return Factors.parse(PAIR).apply(operation);
  }
}
