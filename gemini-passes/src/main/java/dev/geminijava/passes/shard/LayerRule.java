package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * How a kind of layer may be split. Its factors say all: one that only the weight and the result
 * have is its output features, which may be split by columns; one that the weight and the input
 * have, and the result has not, is its input features, which may be split by rows; one that all
 * three have is treated by itself, and so is each slice of it.
 *
 * @param type the class, or the factory method, that makes it
 * @param subtypes whether its subclasses compute the same
 * @param lines its factors, a line for each number of axes that the input may have; the first
 *     operand is the input, a second one the weight
 * @param features the builder's method that sets how many output features it has; may be empty
 * @param random whether it draws random numbers
 * @param gathered whether its split result is put together at once
 * @param carries whether a split of its input may pass through it
 * @param when which layers of the kind the rule is about
 * @param quantum the builder's method that sets a number which has to be divisible, too; may be
 *     empty
 * @param shaping what the layer does to sizes
 * @param linear whether it makes a sum of what it makes of the summands
 * @param wrapper whether it is a block of the program around one layer of the kind, which adds up
 *     the ranks' summands by itself
 */
public record LayerRule(
    String type,
    boolean subtypes,
    List<Factors> lines,
    Optional<String> features,
    boolean random,
    boolean gathered,
    boolean carries,
    Predicate<Value.Layer> when,
    Optional<String> quantum,
    Shaping shaping,
    boolean linear,
    boolean wrapper) {

  /** The condition of a rule that is about all layers of its kind. */
  public static final Predicate<Value.Layer> ALWAYS = layer -> true;

  /** What a layer does to sizes beyond what its factors say. */
  @FunctionalInterface
  public interface Shaping {

    /** The shape stays as the factors say. */
    Shaping NONE = (layer, shape, unknown) -> shape;

    /**
     * The shape of the result.
     *
     * @param shape the shape by the factors, with the input's sizes
     * @param unknown makes sizes that nothing is known about
     */
    Extents shape(Value.Layer layer, Extents shape, Supplier<Dim> unknown);
  }

  /** A layer that acts on each element alone. */
  public static LayerRule pointwise(String type) {
    return shaped(type, true);
  }

  /** A layer whose result has the shape of its input, all of which it needs. */
  public static LayerRule whole(String type) {
    return shaped(type, false);
  }

  private static LayerRule shaped(String type, boolean carries) {
    return of(type, carries, "... -> ...");
  }

  /** A layer with lines of factors for inputs of several numbers of axes. */
  public static LayerRule of(String type, boolean carries, String... lines) {
    return new LayerRule(
        type,
        false,
        Arrays.stream(lines).map(Factors::parse).toList(),
        Optional.empty(),
        false,
        false,
        carries,
        ALWAYS,
        Optional.empty(),
        Shaping.NONE,
        false,
        false);
  }

  /** This layer, drawing random numbers. */
  public LayerRule drawing() {
    return new LayerRule(
        type, subtypes, lines, features, true, gathered, carries, when, quantum, shaping, linear,
        wrapper);
  }

  /** The same, also for subclasses. */
  public LayerRule withSubtypes() {
    return new LayerRule(
        type, true, lines, features, random, gathered, carries, when, quantum, shaping, linear,
        wrapper);
  }

  /** The same, where the sum of results for summands is the result for their sum. */
  public LayerRule ofSums() {
    return new LayerRule(
        type, subtypes, lines, features, random, gathered, carries, when, quantum, shaping, true,
        wrapper);
  }

  /**
   * The same for a block of the program that is around one layer of the kind.
   *
   * @param name its class
   * @param rows whether what it is given may be split
   */
  public LayerRule around(String name, boolean rows, Predicate<Value.Layer> condition) {
    return new LayerRule(
        name, false, lines, features, random, gathered, rows, condition, quantum, shaping, false,
        true);
  }

  /** The same, only for some layers of the kind. */
  public LayerRule when(Predicate<Value.Layer> condition) {
    return new LayerRule(
        type, subtypes, lines, features, random, gathered, carries, condition, quantum, shaping,
        linear, wrapper);
  }

  /** The same, with a setting that has to be divisible by the number of ranks. */
  public LayerRule dividing(String setting) {
    return new LayerRule(
        type,
        subtypes,
        lines,
        features,
        random,
        gathered,
        carries,
        when,
        Optional.of(setting),
        shaping,
        linear,
        wrapper);
  }

  /** The same, with another shape than its factors say. */
  public LayerRule shaping(Shaping sizes) {
    return new LayerRule(
        type, subtypes, lines, features, random, gathered, carries, when, quantum, sizes, linear,
        wrapper);
  }

  /** A layer with a weight; {@code features} is the builder's method that sets its outputs. */
  public static LayerRule linear(String type, String line, String features) {
    return weighted(type, false, line, features, false);
  }

  /** A layer that looks rows up in a table whose columns may be split. */
  public static LayerRule lookup(String type, String line, String features) {
    return weighted(type, true, line, features, true);
  }

  private static LayerRule weighted(
      String type, boolean subtypes, String line, String features, boolean gathered) {
    return new LayerRule(
        type,
        subtypes,
        List.of(Factors.parse(line)),
        Optional.of(features),
        false,
        gathered,
        true,
        ALWAYS,
        Optional.empty(),
        Shaping.NONE,
        false,
        false);
  }

  /** Whether its output features may be split. */
  public boolean column() {
    return lines.stream().anyMatch(line -> line.outputs().isPresent());
  }

  /** Whether its input features may be split. */
  public boolean row() {
    return lines.stream().anyMatch(line -> line.inputs().isPresent());
  }

  /** Whether it multiplies the last axis by a weight. */
  public boolean isLinear() {
    return lines.stream().anyMatch(line -> line.inputs().equals(Optional.of(-1)));
  }

  /** The line for an input of a shape; an input of unknown axes takes those of the only line. */
  public Optional<Factors> line(Extents input) {
    return lines.stream()
        .filter(line -> line.operands().get(0).fits(fitted(input, line)))
        .findFirst();
  }

  /** The input's shape with the number of axes that a line needs. */
  public Extents fitted(Extents input, Factors line) {
    return lines.size() == 1 && !line.operands().get(0).leading()
        ? input.closed(line.operands().get(0).letters().length())
        : input;
  }

  /**
   * The shape of the result of a layer.
   *
   * @param outputs how many output features it has
   */
  public Extents shape(
      Value.Layer layer, Factors line, Extents input, Dim outputs, Supplier<Dim> unknown) {
    return shaping.shape(layer, line.resultOf(fitted(input, line), outputs), unknown);
  }
}
