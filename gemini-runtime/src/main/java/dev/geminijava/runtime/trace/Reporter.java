package dev.geminijava.runtime.trace;

/**
 * Where the runtime says what it does. It never prints itself: standard output belongs to the
 * program.
 */
public interface Reporter {

  /** Says once, before the first step, how the model is spread. */
  void plan(String text);

  /** Says something the user should know, in a line. */
  void note(String text);

  /**
   * Says at the end what each device did: a heading, then a table. A later one under the same
   * heading stands for both.
   */
  void summary(String table);

  /** Sends all further reports to another reporter. */
  static void use(Reporter reporter) {
    CurrentReporter.set(reporter);
  }

  /** The reporter in use: SLF4J's logger {@code dev.geminijava} unless another was set. */
  static Reporter current() {
    return CurrentReporter.get();
  }
}
