package dev.geminijava.passes.shard;

import java.util.Set;

/**
 * How a family of methods treats arrays that are split.
 *
 * @param owner the class that declares them
 * @param methods their names
 * @param transfer from operands to result
 * @param linear in what they are linear
 */
public record OperationRule(String owner, Set<String> methods, Transfer transfer, Linear linear) {

  /** What a method makes of its operands. */
  @FunctionalInterface
  public interface Transfer {
    /** The result; throws {@link Refusal} when a split operand cannot be kept split. */
    Value apply(Operation operation);
  }

  /**
   * Methods described by a line of factors as in {@code einsum}: {@code ...ij, ...jk -> ...ik}.
   *
   * @param methods their names, parted by blanks
   */
  public static OperationRule factors(String owner, String methods, String line) {
    return new OperationRule(owner, Set.of(methods.split("\\s+")), Factors.parse(line), Linear.NO);
  }

  /** Methods with a rule of their own. */
  public static OperationRule of(String owner, String methods, Transfer transfer) {
    return new OperationRule(owner, Set.of(methods.split("\\s+")), transfer, Linear.NO);
  }

  /** These methods, which are linear. */
  public OperationRule linear(Linear in) {
    return new OperationRule(owner, methods, transfer, in);
  }
}
