package dev.geminijava.tests.random;

/** Two parts that cannot follow each other: a drawn or shrunk model that makes no sense. */
final class Misfit extends RuntimeException {

  private static final long serialVersionUID = 1;

  Misfit(String message) {
    super(message);
  }

  /** Throws unless something holds. */
  static void unless(boolean holds, String message) {
    if (!holds) {
      throw new Misfit(message);
    }
  }
}
