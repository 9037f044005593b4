package dev.geminijava.cli.launch;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Setting;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.report.StderrReporter;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.Tf32;
import dev.geminijava.runtime.trace.Reporter;
import java.util.Optional;

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
        prepare(GeminiConfig.fromEnvironment());
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

  private static void prepare(GeminiConfig config) {
    Optional<DeviceSpec> gpus = config.devices().filter(DeviceSpec::areGpus);
    gpus.flatMap(asked -> Chain.refusal(asked.toString(), asked.count(), System.getenv()))
        .ifPresent(
            refusal -> {
              throw new UsageException(refusal);
            });
    if (config.precision() == Precision.TF32) {
      Tf32.allow();
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
