package dev.geminijava.passes;

import java.util.Set;

/**
 * What the compiler is to do.
 *
 * @param engine whether the sources are DJL's own, which get the hooks of the runtime
 * @param without the names of passes to leave out
 * @param plugins what others add
 */
public record Options(boolean engine, Set<String> without, Plugins plugins) {

  /** A user's program, all passes. */
  public static final Options PROGRAM = new Options(false, Set.of(), Plugins.NONE);

  /** DJL's own sources, all passes. */
  public static final Options ENGINE = new Options(true, Set.of(), Plugins.NONE);

  /** Keeps its own copy. */
  public Options {
    without = Set.copyOf(without);
  }

  /** The same with what others add. */
  public Options with(Plugins more) {
    return new Options(engine, without, plugins.and(more));
  }
}
