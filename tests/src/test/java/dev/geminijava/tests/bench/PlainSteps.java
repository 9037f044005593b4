package dev.geminijava.tests.bench;

/** Prints what one batch of a subject takes, in a process of its own, and that process's memory. */
public final class PlainSteps {

  private PlainSteps() {}

  /**
   * Trains on one device.
   *
   * @param args the subject and the number of steps
   */
  public static void main(String[] args) {
    try (Trial trial = new Trial("one device", Subject.valueOf(args[0]), 1, model -> model)) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        trial.step();
      }
      System.out.println(trial.median());
    }
  }
}
