package dev.geminijava.runtime.trace;

/**
 * A point in time that a device may not have reached yet.
 *
 * <p>A CPU is at a moment when the host says so; a GPU gets there when it has worked off what was
 * queued before.
 */
public interface Moment {

  /** True once the device has passed it. */
  boolean isPast();

  /** When that was, by {@link System#nanoTime}; waits for the device. */
  long nanos();
}
