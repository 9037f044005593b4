package dev.geminijava.tests.random;

/** How the author of a block writes. */
record Manner(Sizes sizes, Calls calls, Results results) {

  /** Where sizes are written. */
  enum Sizes {
    LITERALS,
    CONSTANTS,
    FIELDS
  }

  /** How a child is called with an array. */
  enum Calls {
    HEAD,
    SINGLETON,
    FIRST,
    METHOD
  }

  /** How children's declarations and results are written. */
  enum Results {
    AT_FIELDS,
    IN_CONSTRUCTOR
  }

  static final Manner PLAIN = new Manner(Sizes.LITERALS, Calls.HEAD, Results.AT_FIELDS);
}
