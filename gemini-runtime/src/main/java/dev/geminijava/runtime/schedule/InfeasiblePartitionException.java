package dev.geminijava.runtime.schedule;

/** A model that cannot be cut into the stages asked for; the message has the sizes and a cure. */
public final class InfeasiblePartitionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InfeasiblePartitionException(String message) {
    super(message);
  }
}
