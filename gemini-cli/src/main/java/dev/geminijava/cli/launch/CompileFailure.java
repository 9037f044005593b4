package dev.geminijava.cli.launch;

/** The program does not compile; the message is what {@code java} prints. */
public final class CompileFailure extends Exception {

  private static final long serialVersionUID = 1;

  /** Makes one. */
  public CompileFailure(String message) {
    super(message, null, false, false);
  }
}
