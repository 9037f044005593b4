package dev.geminijava.passes.lint;

import java.util.OptionalInt;

/**
 * How parallel the program is meant to run, as far as anybody said.
 *
 * @param shards the ranks that share each layer
 * @param stages the stages of the pipeline
 * @param microBatches the parts of a batch
 */
public record Degrees(OptionalInt shards, OptionalInt stages, OptionalInt microBatches) {

  /** Nobody said anything. */
  public static final Degrees UNKNOWN =
      new Degrees(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
}
