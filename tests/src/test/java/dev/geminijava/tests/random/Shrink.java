package dev.geminijava.tests.random;

import dev.geminijava.tests.random.Verdict.Fault;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds the smallest model that still has a fault, by greedy steps. */
final class Shrink {

  private static final int MOST_TRIALS = 150;

  private Shrink() {}

  /** A model and what is wrong with it. */
  record Found(ModelSource model, Fault fault) {

    /** What a person needs to see it again. */
    String report() {
      return "seed "
          + model.seed()
          + ", "
          + fault
          + "\nthe smallest model that shows it:\n"
          + model.text();
    }
  }

  /** Makes a model smaller as long as the fault stays. */
  static Found smallest(ModelSource model, Fault fault) {
    List<Setting> settings = fault.settings().isEmpty() ? List.of() : fault.settings();
    return smallest(model, fault, candidate -> Trial.of(candidate, settings).fault());
  }

  static Found smallest(
      ModelSource model, Fault fault, Function<ModelSource, Optional<Fault>> trial) {
    Found best = new Found(model, fault);
    int trials = 0;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (ModelSource candidate : best.model().simpler()) {
        if (++trials > MOST_TRIALS) {
          return best;
        }
        Optional<Fault> found = trial.apply(candidate);
        if (found.isPresent() && found.get().isLike(best.fault())) {
          best = new Found(candidate, found.get());
          smaller = true;
          break;
        }
      }
    }
    return best;
  }
}
