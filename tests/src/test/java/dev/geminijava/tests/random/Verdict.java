package dev.geminijava.tests.random;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a model.
 *
 * @param spreads how far it was spread, for each setting that it ran in
 * @param fault the first thing that was wrong
 */
record Verdict(Map<Setting, Spread> spreads, Optional<Fault> fault) {

  /**
   * How a run was spread.
   *
   * @param stages stages that worked
   * @param split whether parameters were split over ranks
   */
  record Spread(int stages, boolean split) {}

  /** Kinds of faults. */
  enum Kind {
    /** The model does not run on one device: a fault of the generator. */
    NO_MODEL,
    /** On one device its numbers grow beyond all bounds, or rounding does: nothing to compare. */
    UNSTABLE,
    /** A pass failed or was rejected. */
    PASS,
    /** The insertions do not erase to the original. */
    ERASE,
    /** javac rejects the result. */
    JAVAC,
    /** The verifier rejects the result. */
    VERIFICATION,
    /** A run threw. */
    CRASH,
    /** A run did not end. */
    HANG,
    /** A run computed something else. */
    DISAGREEMENT
  }

  /**
   * Something wrong.
   *
   * @param kind what sort
   * @param settings in which settings; empty if in all
   * @param text the details
   */
  record Fault(Kind kind, List<Setting> settings, String text) {

    /** Whether it is the same fault as far as one can tell. */
    boolean isLike(Fault other) {
      return kind == other.kind
          && settings.equals(other.settings)
          && ((kind != Kind.CRASH && kind != Kind.VERIFICATION)
              || heading().equals(other.heading()));
    }

    // The exception and what it says, whatever the numbers in it; or the property.
    private String heading() {
      return text.lines().findFirst().orElse("").replaceAll("\\d+", "#");
    }

    @Override
    public String toString() {
      return kind + (settings.isEmpty() ? "" : " in " + settings) + ": " + text;
    }
  }
}
