package dev.geminijava.cli.command;

import dev.geminijava.runtime.device.Inventory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java devices}. */
@Command(name = "devices", description = "Show what this machine can compute on.")
final class DevicesCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  /** How to show them; the names are those that users write. */
  enum Form {
    text,
    json
  }

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form format;

  @Override
  public void run() {
    Inventory inventory = Inventory.detect();
    spec.commandLine()
        .getOut()
        .println(
            switch (format) {
              case text -> inventory.toTable();
              case json -> inventory.toJson();
            });
  }
}
