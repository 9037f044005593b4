package dev.geminijava.passes.shard;

import java.util.Optional;

/**
 * How a kind of layer may be split.
 *
 * @param type the class, or the factory method, that makes it
 * @param subtypes whether its subclasses compute the same
 * @param line its factors; the first operand is the input, a second one the weight
 * @param features the builder's method that sets how many output features it has; may be empty
 * @param column whether its output features may be split
 * @param row whether its input features may be split
 * @param random whether it draws random numbers
 * @param gathered whether its split result is put together at once
 * @param carries whether a split of its input may pass through it
 */
public record LayerRule(
    String type,
    boolean subtypes,
    Factors line,
    Optional<String> features,
    boolean column,
    boolean row,
    boolean random,
    boolean gathered,
    boolean carries) {

  /** A layer that acts on each element alone. */
  public static LayerRule pointwise(String type) {
    return shaped(type, true);
  }

  /** A layer whose result has the shape of its input, all of which it needs. */
  public static LayerRule whole(String type) {
    return shaped(type, false);
  }

  private static LayerRule shaped(String type, boolean carries) {
    Factors line = Factors.parse("... -> ...");
    return new LayerRule(type, false, line, Optional.empty(), false, false, false, false, carries);
  }

  /** This layer, drawing random numbers. */
  public LayerRule drawing() {
    return new LayerRule(type, subtypes, line, features, column, row, true, gathered, carries);
  }

  /** A layer with a weight that multiplies the last axis. */
  public static LayerRule linear(String type, String line, String features) {
    return new LayerRule(
        type, false, Factors.parse(line), Optional.of(features), true, true, false, false, true);
  }

  /** A layer that looks rows up in a table whose columns may be split. */
  public static LayerRule lookup(String type, String line, String features) {
    return new LayerRule(
        type, true, Factors.parse(line), Optional.of(features), true, false, false, true, true);
  }
}
