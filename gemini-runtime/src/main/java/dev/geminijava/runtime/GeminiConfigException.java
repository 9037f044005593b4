package dev.geminijava.runtime;

/** A setting that cannot be read or does not go with another; the message is for the user. */
public final class GeminiConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public GeminiConfigException(String message) {
    super(message);
  }
}
