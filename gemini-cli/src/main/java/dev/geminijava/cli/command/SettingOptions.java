package dev.geminijava.cli.command;

import dev.geminijava.cli.config.Setting;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings as options; they go where those before a program's file go, too. */
final class SettingOptions {

  private SettingOptions() {}

  static void addTo(CommandSpec spec) {
    for (Setting setting : Setting.values()) {
      if (spec.findOption("--" + setting.key()) != null) {
        continue;
      }
      String name = "gemini.flag." + setting.key();
      OptionSpec.Builder option =
          OptionSpec.builder("--" + setting.key())
              .description(setting.meaning() + ": " + setting.allowed())
              .setter(
                  new picocli.CommandLine.Model.ISetter() {
                    @Override
                    public <T> T set(T value) {
                      if (value != null) {
                        System.setProperty(name, value.toString());
                      }
                      return value;
                    }
                  })
              .type(String.class);
      if (setting.isSwitch()) {
        option.arity("0..1").fallbackValue("true");
      } else {
        option.arity("1").paramLabel(setting.key().toUpperCase(java.util.Locale.ROOT));
      }
      spec.addOption(option.build());
    }
  }
}
