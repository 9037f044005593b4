package dev.geminijava.passes.diagnostic;

/** How much a diagnostic matters. */
public enum Severity {
  /** The program cannot be compiled. */
  ERROR,
  /** It will run, but probably not as wished. */
  WARNING,
  /** Something was left as it is. */
  NOTE;

  /** The name in messages. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
