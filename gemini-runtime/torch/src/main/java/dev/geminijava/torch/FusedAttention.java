package dev.geminijava.torch;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Attention by libtorch's fused kernel, which never holds the scores of all queries and keys (Dao
 * et al. 2022, arXiv:2205.14135). It can be differentiated in everything but the bias.
 */
public final class FusedAttention {

  /** The programs are made when the class is first used. */
  private static final TorchScript PROGRAM =
      TorchScript.of(
          "FusedAttention",
          List.of("q", "k", "v", "bias"),
          "return torch.scaled_dot_product_attention(q, k, v, bias, 0., False, scale=1.)");

  private static final TorchScript CAUSAL =
      TorchScript.of(
          "CausalAttention",
          List.of("q", "k", "v"),
          "return torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=1.)");

  private FusedAttention() {}

  /**
   * Makes sure that the kernel can be reached.
   *
   * @throws LinkageError if PyTorch's native library, or this version's operation, is not there
   */
  public static void load() {
    // Being called is enough: the class is initialised before that.
  }

  /**
   * {@code softmax(q kᵀ + bias) v}: the caller scales the queries.
   *
   * @param q queries, {@code (batch, heads, length, size)}
   * @param k keys, {@code (batch, heads, count, size)}
   * @param v values, {@code (batch, heads, count, width)}
   * @param bias what is added to the scores, broadcast to {@code (batch, heads, length, count)}
   * @return {@code (batch, heads, length, width)}
   */
  public static NDArray attend(NDArray q, NDArray k, NDArray v, NDArray bias) {
    return PROGRAM.call(q.getManager(), q, k, v, bias);
  }

  /**
   * The same where each query sees the keys up to its own place and no bias is added: the kernel
   * passes over what is not seen.
   *
   * @param q queries, {@code (batch, heads, length, size)}
   * @param k keys, {@code (batch, heads, length, size)}
   * @param v values, {@code (batch, heads, length, width)}
   * @return {@code (batch, heads, length, width)}
   */
  public static NDArray attendCausally(NDArray q, NDArray k, NDArray v) {
    return CAUSAL.call(q.getManager(), q, k, v);
  }
}
