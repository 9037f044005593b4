package dev.geminijava.runtime.schedule;

/** A schedule that is incomplete or would never end. */
public final class InvalidScheduleException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidScheduleException(String message) {
    super(message);
  }
}
