package dev.geminijava.runtime.trace;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the reporter in use, since an interface cannot. */
final class CurrentReporter implements Reporter {

  private static volatile Reporter current = new CurrentReporter();

  // Made at the first report: a logger made with the class would set up logging in every program.
  private static final class Log {
    static final Logger LOGGER = LoggerFactory.getLogger("dev.geminijava");
  }

  private CurrentReporter() {}

  static void set(Reporter reporter) {
    current = Objects.requireNonNull(reporter);
  }

  static Reporter get() {
    return current;
  }

  @Override
  public void plan(String text) {
    Log.LOGGER.info("{}", text);
  }

  @Override
  public void note(String text) {
    Log.LOGGER.info("{}", text);
  }

  @Override
  public void summary(String table) {
    Log.LOGGER.info("{}", table);
  }
}
