package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import dev.geminijava.torch.TorchScript;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Products of matrices whose factors are rounded to bfloat16. What goes in and what comes out is of
 * single precision, so parameters, sums over many products and all else stay exact; gradients flow
 * through, and are rounded where they are factors.
 */
final class Bfloat16 {

  // DJL's library cannot name the type, TorchScript can: by libtorch's numbers.
  private static final class Programs {
    static final TorchScript ROUND =
        TorchScript.of("Round", List.of("x"), "return torch.to(x, 15)");
    static final TorchScript WIDEN = TorchScript.of("Widen", List.of("x"), "return torch.to(x, 6)");
    static final TorchScript LINEAR =
        TorchScript.of("Linear", List.of("x", "w"), "return torch.linear(x, w)");
  }

  private Bfloat16() {}

  /** The nearest numbers in bfloat16. */
  static NDArray round(NDArray array) {
    return Programs.ROUND.call(array.getManager(), array);
  }

  /** The same numbers in single precision. */
  static NDArray widen(NDArray array) {
    return Programs.WIDEN.call(array.getManager(), array);
  }

  /** A product of any kind. */
  static PtNDArray product(PtNDArray left, PtNDArray right, BinaryOperator<PtNDArray> product) {
    // Whole first: what they are gathered by begins a segment, and factors have to be of one.
    SplitArray.settle(left);
    SplitArray.settle(right);
    // The graph keeps what backward needs.
    try (NDArray first = round(left);
        NDArray second = round(right);
        NDArray result = product.apply((PtNDArray) first, (PtNDArray) second)) {
      return (PtNDArray) widen(result);
    }
  }

  /** A linear layer; the bias, which may be null, is added in single precision. */
  static PtNDArray linear(PtNDArray input, PtNDArray weight, PtNDArray bias) {
    PtNDArray result =
        product(input, weight, (x, w) -> (PtNDArray) Programs.LINEAR.call(x.getManager(), x, w));
    if (bias == null) {
      return result;
    }
    try (NDArray product = result) {
      return (PtNDArray) product.add(bias);
    }
  }
}
