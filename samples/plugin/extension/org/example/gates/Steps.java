package org.example.gates;

import java.util.concurrent.atomic.AtomicInteger;

/** What {@link CountSteps} inserts calls of. */
public final class Steps {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private Steps() {}

  /** One more step; every tenth is shown. */
  public static void count() {
    int steps = COUNT.incrementAndGet();
    if (steps % 10 == 0) {
      System.err.println("step " + steps);
    }
  }
}
