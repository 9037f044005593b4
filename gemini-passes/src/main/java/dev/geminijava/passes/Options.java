package dev.geminijava.passes;

import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.shard.Target;
import java.util.Set;

/**
 * What the compiler is to do.
 *
 * @param engine whether the sources are DJL's own, which get the hooks of the runtime
 * @param without the names of passes to leave out
 * @param plugins what others add
 * @param target what the result is meant for
 * @param library the sources of the layers that the program uses
 */
public record Options(
    boolean engine, Set<String> without, Plugins plugins, Target target, LibrarySources library) {

  /** A user's program, all passes. */
  public static final Options PROGRAM = new Options(false, Set.of(), Plugins.NONE);

  /** DJL's own sources, all passes. */
  public static final Options ENGINE = new Options(true, Set.of(), Plugins.NONE);

  /** Keeps its own copy. */
  public Options {
    without = Set.copyOf(without);
  }

  /** For no certain devices, without the library's sources. */
  public Options(boolean engine, Set<String> without, Plugins plugins) {
    this(engine, without, plugins, Target.ANY, LibrarySources.none());
  }

  /** The same with what others add. */
  public Options with(Plugins more) {
    return new Options(engine, without, plugins.and(more), target, library);
  }

  /** The same, its result meant for these devices. */
  public Options meantFor(Target other, LibrarySources sources) {
    return new Options(engine, without, plugins, other, sources);
  }
}
