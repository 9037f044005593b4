package dev.geminijava.runtime.train;

import ai.djl.nn.SequentialBlock;
import ai.djl.pytorch.engine.PtNDArray;
import dev.geminijava.runtime.Pipeline;
import java.security.CodeSource;

/** Checks that DJL's classes are those that gemini-runtime brings. */
final class ClassPathOrder {

  private ClassPathOrder() {}

  /**
   * Fails with the remedy if DJL's own classes were found first: they would run, but on one device.
   */
  static void check() {
    for (Class<?> type : new Class<?>[] {SequentialBlock.class, PtNDArray.class}) {
      if (!place(type).equals(place(Pipeline.class))) {
        throw new IllegalStateException(
            type.getName()
                + " was loaded from "
                + place(type)
                + ", which stands before gemini-runtime on the class path; put "
                + place(Pipeline.class)
                + " before it");
      }
    }
  }

  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? "the JDK" : source.getLocation().getPath();
  }
}
