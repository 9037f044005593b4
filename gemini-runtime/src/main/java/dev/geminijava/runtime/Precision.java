package dev.geminijava.runtime;

import java.util.Locale;

/**
 * How exactly matrices are multiplied. All else, and every parameter, gradient and optimizer state,
 * is of the precision that the program gave it.
 */
public enum Precision {
  /** As the program wrote it. */
  FP32,
  /** Factors are rounded to bfloat16, 8 bits of precision; what is added up keeps 24. */
  BF16,
  /** Factors are rounded to TF32, 11 bits of precision, inside a GPU. */
  TF32;

  /**
   * Reads a precision as {@link #toString} writes it, in any case.
   *
   * @throws IllegalArgumentException naming those that exist
   */
  public static Precision parse(String text) {
    return Settings.oneOf(values(), "precision", text);
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
