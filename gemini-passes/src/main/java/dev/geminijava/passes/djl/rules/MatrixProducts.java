package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import java.util.List;

/** Products of matrices. */
public final class MatrixProducts implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.factors(NDARRAY, "matMul", "...ij, ...jk -> ...ik"),
        OperationRule.factors("ai.djl.ndarray.NDArrays", "matMul", "...ij, ...jk -> ...ik"),
        OperationRule.factors(NDARRAY, "batchMatMul batchDot", "bij, bjk -> bik"),
        OperationRule.factors(NDARRAY, "dot", "ij, jk -> ik"),
        OperationRule.factors("ai.djl.ndarray.NDArrays", "dot", "ij, jk -> ik"),
        OperationRule.factors(
            "dev.geminijava.torch.FusedAttention", "attend", "...tD, ...SD, ...Se, ...tS -> ...te"),
        OperationRule.factors(
            "dev.geminijava.torch.FusedAttention",
            "attendCausally",
            "...TD, ...TD, ...Te -> ...Te"));
  }
}
