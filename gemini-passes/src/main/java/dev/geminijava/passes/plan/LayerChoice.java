package dev.geminijava.passes.plan;

import dev.geminijava.passes.shard.search.Cost;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The ways in which a layer could be computed, and the one that was chosen.
 *
 * @param layer what the program calls it
 * @param file where it is called
 * @param call the call
 * @param ranks over how many it would be split
 * @param chosen the name of the alternative that was taken
 * @param basis what the costs were computed from
 * @param alternatives all of them, that of leaving the layer whole last
 */
public record LayerChoice(
    String layer,
    SourceFile file,
    Span call,
    int ranks,
    String chosen,
    Basis basis,
    List<Alternative> alternatives) {

  /** Column-split, the slices of the result put together at once. */
  public static final String GATHERED = "gathered column";

  /** The product of batch and sequence, where nothing is known of them. */
  public static final int ROWS = 1024;

  /** Keeps its own list. */
  public LayerChoice {
    alternatives = List.copyOf(alternatives);
  }

  /**
   * One way to compute a layer.
   *
   * @param how {@code column}, {@link #GATHERED}, {@code row} or {@code whole}
   * @param cost of one training step on each rank, collectives around the layer included
   */
  public record Alternative(String how, Cost cost) {}

  /** The alternatives with their times, that which was chosen in brackets. */
  public String text() {
    return layer
        + ": "
        + alternatives.stream()
            .map(
                a -> {
                  String text = a.how() + " " + SplitForecast.seconds(a.cost().seconds());
                  return a.how().equals(chosen) ? "[" + text + "]" : text;
                })
            .collect(Collectors.joining(" · "));
  }

  /** What costs are computed from. */
  public enum Basis {
    /** All sizes are known. */
    SIZES,
    /** The layers' features are known; {@link #ROWS} are assumed. */
    FEATURES,
    /** Nothing is known; all sizes are assumed. */
    NOTHING
  }
}
