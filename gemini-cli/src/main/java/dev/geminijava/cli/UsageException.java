package dev.geminijava.cli;

/** What the user asked for cannot be done; the message names the place, the value and a cure. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Makes one. */
  public UsageException(String message) {
    super(message, null, false, false);
  }
}
