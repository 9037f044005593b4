package dev.geminijava.runtime.exec;

import dev.geminijava.runtime.device.OutOfMemory;
import dev.geminijava.runtime.mesh.DeviceMesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a failed step tells the user: the original exception, and where on the mesh it happened. */
public final class Failure {

  private Failure() {}

  /** Ends a lane or worker because another one failed. */
  static final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Cancelled() {
      super("the step failed elsewhere", null, false, false);
    }
  }

  /** The place of a failure, attached to the original exception as suppressed. */
  static final class Place extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Place(String message) {
      super(message, null, false, false);
    }
  }

  static Throwable located(
      Throwable thrown, int stage, int microBatch, int rank, DeviceMesh mesh, int microBatches) {
    StringBuilder place =
        new StringBuilder("in stage ").append(stage).append(" of ").append(mesh.pipe());
    if (microBatch >= 0) {
      place.append(", micro-batch ").append(microBatch).append(" of ").append(microBatches);
    }
    if (mesh.shard() > 1) {
      place.append(", shard rank ").append(rank).append(" of ").append(mesh.shard());
    }
    Arrays.stream(thrown.getStackTrace())
        .filter(
            f ->
                !f.getClassName().startsWith("ai.djl.")
                    && !f.getClassName().startsWith("dev.geminijava.runtime.")
                    && !f.getClassName().startsWith("java."))
        .findFirst()
        .ifPresent(f -> place.append(", at ").append(f));
    return noted(thrown, place.toString());
  }

  /**
   * Says where an exception happened, and how much memory was missing if it is about that.
   *
   * @return the exception
   */
  public static <T extends Throwable> T noted(T thrown, String place) {
    String memory = OutOfMemory.in(thrown).map(out -> ": " + out).orElse("");
    thrown.addSuppressed(new Place(place + memory));
    return thrown;
  }

  /**
   * Prepares a lane's exception for the caller's thread: the frames of the forward pass are
   * followed by the caller's own, as in a single-device run.
   */
  static RuntimeException rethrown(Throwable thrown) {
    List<StackTraceElement> frames = new ArrayList<>(List.of(thrown.getStackTrace()));
    frames.removeIf(
        f ->
            f.getClassName().startsWith("java.util.concurrent.")
                || f.getClassName().equals("java.lang.Thread"));
    StackTraceElement[] caller = Thread.currentThread().getStackTrace();
    frames.addAll(Arrays.asList(caller).subList(1, caller.length));
    thrown.setStackTrace(frames.toArray(StackTraceElement[]::new));
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException runtime) {
      return runtime;
    }
    return new IllegalStateException(thrown);
  }
}
