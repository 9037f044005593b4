package dev.geminijava.cli.report;

/** Whether colours are welcome. */
public final class Terminal {

  /** Which of the standard streams are terminals; the launcher script can tell, a JVM cannot. */
  private static final String TERMINALS = System.getProperty("gemini.launch.terminals", "");

  private Terminal() {}

  /** On standard output. */
  public static boolean colourOut() {
    return colour('1');
  }

  /** On standard error. */
  public static boolean colourErr() {
    return colour('2');
  }

  private static boolean colour(char stream) {
    String noColour = System.getenv("NO_COLOR");
    return TERMINALS.indexOf(stream) >= 0
        && (noColour == null || noColour.isEmpty())
        && !"dumb".equals(System.getenv("TERM"));
  }
}
