package dev.geminijava.cli.command;

import picocli.CommandLine.Option;

/** What every command has. */
final class StandardOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;
}
