package dev.geminijava.passes.shard.search;

/**
 * What a layer has to do for one batch, all ranks together.
 *
 * @param flops operations of the forward pass, a multiply-add being two
 * @param weights bytes of its parameters
 * @param result bytes of its result
 */
public record Work(double flops, double weights, double result) {

  private static final int FLOAT = Float.BYTES;

  /**
   * A matrix product with a weight, in single precision.
   *
   * @param rows the product of all axes before the last
   * @param inputs features
   * @param outputs features
   */
  public static Work linear(double rows, double inputs, double outputs) {
    return new Work(
        2 * rows * inputs * outputs, FLOAT * (inputs + 1) * outputs, FLOAT * rows * outputs);
  }

  /**
   * A table of which rows are looked up.
   *
   * @param rows how many are looked up
   * @param entries of the table
   * @param width of each
   */
  public static Work lookup(double rows, double entries, double width) {
    return new Work(0, FLOAT * entries * width, FLOAT * rows * width);
  }

  /** Many times the same layer. */
  public Work times(double count) {
    return new Work(flops * count, weights * count, result * count);
  }
}
