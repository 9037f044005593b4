package dev.geminijava.cli.report;

import dev.geminijava.runtime.trace.Reporter;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints the runtime's messages beside the program's output. The closing tables, one for each
 * heading, wait for the end of the JVM, however that comes about, so that they are read last.
 */
public final class StderrReporter implements Reporter {

  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String FAINT = "\u001b[2m";

  private final PrintStream err;
  private final boolean colour;
  private final Map<String, String> tables = new LinkedHashMap<>();
  private boolean ending;

  StderrReporter(PrintStream err, boolean colour) {
    this.err = err;
    this.colour = colour;
  }

  /** Reports to a stream; {@link #end} is called when the JVM ends. */
  public static StderrReporter install(PrintStream err, boolean colour) {
    StderrReporter reporter = new StderrReporter(err, colour);
    Reporter.use(reporter);
    Runtime.getRuntime().addShutdownHook(new Thread(reporter::end, "gemini-java report"));
    return reporter;
  }

  @Override
  public void plan(String text) {
    err.println(headed(text));
  }

  @Override
  public void note(String text) {
    err.println(paint(FAINT, "gemini-java: ") + text);
  }

  @Override
  public synchronized void summary(String text) {
    tables.put(text.lines().findFirst().orElse(""), text);
    if (ending) {
      print();
    }
  }

  synchronized void end() {
    ending = true;
    print();
  }

  private void print() {
    tables.values().forEach(table -> err.println(headed(table)));
    tables.clear();
    err.flush();
  }

  private String headed(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? paint(BOLD, text) : paint(BOLD, text.substring(0, end)) + text.substring(end);
  }

  private String paint(String ansi, String text) {
    return colour ? ansi + text + RESET : text;
  }
}
