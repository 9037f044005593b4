package dev.geminijava.tests.gpu;

/**
 * One line of the table.
 *
 * @param what was checked
 * @param result what came out, or why it was not checked
 * @param target what it has to be; empty if it is only measured
 */
record Row(String what, Verdict verdict, String result, String target) {

  /** How it went. */
  enum Verdict {
    GOOD("ok"),
    BAD("FAILED"),
    MEASURED("measured"),
    NOT_RUN("not run");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  static Row notRun(String what, String why, String target) {
    return new Row(what, Verdict.NOT_RUN, why, target);
  }

  static Row measured(String what, String result) {
    return new Row(what, Verdict.MEASURED, result, "");
  }

  static Row judged(String what, boolean good, String result, String target) {
    return new Row(what, good ? Verdict.GOOD : Verdict.BAD, result, target);
  }
}
