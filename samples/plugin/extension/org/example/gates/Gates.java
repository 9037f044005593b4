package org.example.gates;

import ai.djl.ndarray.NDArray;

/** A library that the program uses; the compiler sees its classes, not its source. */
public final class Gates {

  private Gates() {}

  /** {@code x · min(max(x + 3, 0), 6) / 6}, each element alone (arXiv:1905.02244, section 5.2). */
  public static NDArray hardSwish(NDArray x) {
    return x.mul(x.add(3).clip(0, 6)).div(6);
  }
}
