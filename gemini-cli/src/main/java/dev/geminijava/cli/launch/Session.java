package dev.geminijava.cli.launch;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Setting;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.report.StderrReporter;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Tf32;
import dev.geminijava.runtime.trace.Reporter;

/**
 * Makes the runtime ready for a program.
 *
 * @param settings those in force
 */
record Session(Settings settings) {

  /**
   * Sends the runtime's messages to standard error, and has it read the settings once, so that one
   * that contradicts another is refused before the program begins.
   */
  void open() {
    if (!settings.isEmpty()) {
      try {
        if (GeminiConfig.fromEnvironment().precision() == Precision.TF32) {
          Tf32.allow();
        }
      } catch (GeminiConfigException e) {
        throw new UsageException(e.getMessage());
      }
    }
    if ("true".equals(settings.get(Setting.QUIET))) {
      Reporter.use(new Silence());
    } else {
      StderrReporter.install(System.err, Terminal.colourErr());
    }
  }

  private static final class Silence implements Reporter {

    @Override
    public void plan(String text) {}

    @Override
    public void note(String text) {}

    @Override
    public void summary(String table) {}
  }
}
