package dev.geminijava.cli.plan;

import dev.geminijava.cli.launch.Words;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which optimizer trains a model.
 *
 * @param name what it is called
 * @param states how many numbers it keeps for each that is learnt
 */
public record Optimizer(String name, int states) {

  // What DJL's optimizers keep; a program that names none gets Adam.
  private static final List<Optimizer> KNOWN =
      List.of(
          new Optimizer("AdamW", 2),
          new Optimizer("Adam", 2),
          new Optimizer("Adadelta", 2),
          new Optimizer("RmsProp", 3),
          new Optimizer("Adagrad", 1),
          new Optimizer("Nag", 1),
          new Optimizer("Sgd", 0));

  /** The one that sources mention: {@code Sgd.builder()}, {@code Optimizer.sgd()}. */
  public static Optimizer in(List<String> sources) {
    Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String source : sources) {
      for (String name : Words.of(source).names()) {
        // An import alone is not a use, but then it is not there for nothing either.
        words.addAll(List.of(name.split("\\.")));
      }
    }
    boolean momentum =
        words.stream().anyMatch(w -> w.toLowerCase(Locale.ROOT).endsWith("momentum"));
    return KNOWN.stream()
        .filter(optimizer -> words.contains(optimizer.name()))
        .findFirst()
        .map(o -> o.name().equals("Sgd") && momentum ? new Optimizer("Sgd with momentum", 1) : o)
        .orElse(new Optimizer("Adam", 2));
  }
}
