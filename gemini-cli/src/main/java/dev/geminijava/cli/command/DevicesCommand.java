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

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public void run() {
    Inventory inventory = Inventory.detect();
    spec.commandLine().getOut().println(json ? inventory.toJson() : inventory.toTable());
  }
}
