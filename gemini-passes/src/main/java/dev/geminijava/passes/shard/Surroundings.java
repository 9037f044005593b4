package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a rule may ask of the place where its call stands. The sharding analysis answers with
 * insertions; whoever applies the rules to learn shapes only, with nothing split, answers with
 * {@link #unsplit names} and is asked for nothing else.
 */
public interface Surroundings {

  /** A name for a size or shape that nothing else has. */
  String fresh();

  /**
   * Takes note that a size is right only if its axis is not the one that is split.
   *
   * @param otherwise what to do if nothing confirms it
   */
  default void assume(Dim size, Runnable otherwise) {}

  /** The program's own shapes show that an assumption about a size holds. */
  default void confirm(Dim size) {}

  /** How many output features a layer has. */
  default Dim features(Value.Layer layer) {
    return Dim.symbol(fresh());
  }

  /**
   * The loop that is shared out among the ranks because its rounds pick one of several pieces each.
   *
   * @param index the number of the piece
   * @param pieces how many there are
   * @param written the arguments that say which
   */
  default Optional<String> turn(Dim index, Dim pieces, List<Expression> written, Flow flow) {
    return Optional.empty();
  }

  /** Makes a size that is written here the size of one rank's slice. */
  default void shrink(Expression size, Flow flow) {
    throw nothingIsSplit();
  }

  /** Takes one rank's slice of an array that is written here and that every rank has in full. */
  default void slice(Expression array, int axisFromEnd, Flow flow) {
    throw nothingIsSplit();
  }

  /**
   * Asks for an insertion around an expression.
   *
   * @param open the text before, in which {@code @} is the group
   * @param why the reason, for the user
   */
  default void wrap(Span span, Mark.Role role, String open, String close, Flow flow, String why) {
    throw nothingIsSplit();
  }

  /** The result of a call of which every rank has a summand. */
  default Value.Array sum(Span call, Extents shape, Flow flow) {
    throw nothingIsSplit();
  }

  /** A split ends here: what follows is the same on every rank. */
  default void sink(Flow flow) {
    throw nothingIsSplit();
  }

  /** Surroundings in which every rank has every value. */
  static Surroundings unsplit(Supplier<String> names) {
    return names::get;
  }

  private static IllegalStateException nothingIsSplit() {
    return new IllegalStateException("a rule asked for an insertion where nothing is split");
  }
}
