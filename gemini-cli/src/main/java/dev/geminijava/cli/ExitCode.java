package dev.geminijava.cli;

/** The exit codes of everything that is not the user's program. */
public final class ExitCode {

  /** All went well. */
  public static final int OK = 0;

  /** The program, or a file given to a command, does not compile; as {@code java} has it. */
  public static final int PROGRAM = 1;

  /** An option, a value or a file cannot be used. */
  public static final int USAGE = 2;

  /** The fault is ours. */
  public static final int OURS = 3;

  private ExitCode() {}
}
