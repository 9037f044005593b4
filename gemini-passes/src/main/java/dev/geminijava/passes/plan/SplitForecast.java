package dev.geminijava.passes.plan;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.plan.LayerChoice.Basis;
import dev.geminijava.passes.shard.search.Cost;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Locale;

/**
 * What splitting a group of layers is predicted to bring in one training step.
 *
 * @param layers what the program calls those that are split together
 * @param file where they are called
 * @param call the first call
 * @param ranks over how many they are split
 * @param alone seconds that one device takes for all of them
 * @param split what it costs each rank
 * @param collectives what they exchange, forward and backward, in words
 * @param result bytes that one of them is about
 * @param basis what this was computed from
 */
public record SplitForecast(
    List<String> layers,
    SourceFile file,
    Span call,
    int ranks,
    double alone,
    Cost split,
    String collectives,
    double result,
    Basis basis) {

  /** The code of the warning. */
  public static final String CODE = "slow-split";

  /** Keeps its own list. */
  public SplitForecast {
    layers = List.copyOf(layers);
  }

  /** Whether one device alone is predicted to be faster. */
  public boolean isSlower() {
    return split.seconds() > alone;
  }

  /** How many times the split takes what one device takes; more than one is slower. */
  public double ratio() {
    return split.seconds() / alone;
  }

  /** What to tell the user, in one sentence. */
  public String message() {
    return String.format(
        Locale.ROOT,
        "%s: splitting over %d ranks is predicted to be %.1fx %s than not: %s of %s (%s)"
            + " against %s saved%s",
        String.join(", ", layers),
        ranks,
        isSlower() ? ratio() : 1 / ratio(),
        isSlower() ? "slower" : "faster",
        collectives,
        bytes(result),
        seconds(split.communication()),
        seconds(alone - split.compute()),
        basis == Basis.SIZES ? "" : String.format(Locale.ROOT, ", for %,d rows", LayerChoice.ROWS));
  }

  /** The warning, for one that is slower. */
  public Diagnostic warning() {
    return new Diagnostic(
        Severity.WARNING,
        CODE,
        file,
        call,
        message(),
        "give it larger batches, or run it with --mode=pipeline");
  }

  static String seconds(double seconds) {
    return seconds < 1e-3
        ? String.format(Locale.ROOT, "%.0f µs", seconds * 1e6)
        : seconds < 1
            ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
            : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static String bytes(double bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    while (bytes >= 1024 && unit < units.length - 1) {
      bytes /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || bytes >= 10 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  }
}
