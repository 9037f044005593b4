package dev.geminijava.cli.command;

import dev.geminijava.cli.config.Setting;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.plugin.PluginPath;
import picocli.CommandLine.Option;

/** {@code --plugin}, for commands that run the passes. */
final class PluginOption {

  @Option(
      names = "--plugin",
      paramLabel = "FILE[,FILE…]",
      description = "Jars and rule files (.yaml) that add passes, rules or checks.")
  void set(String files) {
    System.setProperty("gemini.flag." + Setting.PLUGIN.key(), files);
  }

  /** The plug-ins among the settings in force. */
  static PluginPath among(Settings settings) {
    return PluginPath.of(settings.get(Setting.PLUGIN));
  }
}
