package dev.geminijava.cli;

import java.io.PrintStream;

/** How a fault of our own is told, so that nobody looks for it in their program. */
public final class Fault {

  private Fault() {}

  /** Says that gemini-java failed, and how to report it. */
  public static void report(Throwable failure, PrintStream err) {
    err.println(
        "gemini-java " + Version.NUMBER + ": this is a fault of gemini-java, not of your program.");
    err.println("Please report it, with the lines below and the smallest file that shows it:");
    err.println(
        "  gemini-java "
            + Version.NUMBER
            + ", Java "
            + System.getProperty("java.runtime.version")
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    failure.printStackTrace(err);
    err.println("Meanwhile, --mode=none runs the program untouched.");
  }
}
