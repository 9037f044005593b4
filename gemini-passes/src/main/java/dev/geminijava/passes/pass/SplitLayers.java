package dev.geminijava.passes.pass;

import java.util.Set;

/**
 * Splits layers over the ranks of a group: {@code shards.column(…)}, {@code shards.row(…)} and what
 * goes with them.
 *
 * @param analysis decides what can be split
 * @param requires the facts that it needs
 */
public record SplitLayers(Analysis analysis, Set<Fact<?>> requires) implements Pass {

  /** The name of this pass, also in the edits that the analysis makes. */
  public static final String NAME = "split-layers";

  /** Decides what can be split, and says what to insert for it. */
  @FunctionalInterface
  public interface Analysis {

    /**
     * Looks at a program. It must find its own insertions if they are there already, and ask for no
     * second ones.
     */
    Outcome split(Unit unit);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "splits layers, and the code between them, over the ranks of a group";
  }

  @Override
  public Outcome run(Unit unit) {
    return analysis.split(unit);
  }
}
