package dev.geminijava.cli.command;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.cli.Fault;
import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.Version;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.report.Terminal;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands beside running a program, and the help for all. */
@Command(
    name = "gemini-java",
    customSynopsis = {
      "gemini-java [options] ModelRunner.java args...",
      "gemini-java COMMAND [options] FILE..."
    },
    description = {
      "",
      "Runs a DJL program as 'java ModelRunner.java args...' does, its models sharded and"
          + " pipelined over many devices. Every option of java works; those below are ours.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  of a program: its own; 1 when it does not compile or ends with an exception",
      "  0  all went well",
      "  1  the sources do not compile, or verify or doctor find something that is not right",
      "  2  an option, a value or a file cannot be used",
      "  3  gemini-java itself is at fault, and says so",
      "",
      "Each option may also be -Dgemini.KEY=VALUE, the variable GEMINI_KEY, or a line 'KEY: VALUE'"
          + " in a gemini.yaml beside the file; the first of these wins.",
      "A file that is called like a command is run as ./NAME."
    },
    versionProvider = GeminiJava.Versions.class,
    subcommands = {
      TransformCommand.class,
      DiffCommand.class,
      PlanCommand.class,
      VerifyCommand.class,
      LintCommand.class,
      DumpAstCommand.class,
      DumpGraphCommand.class,
      CoverageCommand.class,
      DevicesCommand.class,
      DoctorCommand.class,
      PassesCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    })
public final class GeminiJava implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private StandardOptions standard;

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    System.exit(run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
  }

  /** Runs a command. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }

  /** The commands, ready to run. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new GeminiJava());
    SettingOptions.addTo(line.getCommandSpec());
    SettingOptions.addTo(line.getSubcommands().get("plan").getCommandSpec());
    SettingOptions.addTo(line.getSubcommands().get("verify").getCommandSpec());
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().sortOptions(false);
    }
    return line.setColorScheme(
            CommandLine.Help.defaultColorScheme(Terminal.colourOut() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(GeminiJava::misused)
        .setExecutionExceptionHandler(GeminiJava::failed);
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof UsageException) {
      line.getErr().println("gemini-java: " + e.getMessage());
      return ExitCode.USAGE;
    }
    if (e instanceof FileSystemException file) {
      String reason = file.getReason() == null ? e.getClass().getSimpleName() : file.getReason();
      line.getErr().println("gemini-java: cannot use " + file.getFile() + ": " + reason);
      return ExitCode.USAGE;
    }
    if (e instanceof CompileFailure) {
      line.getErr().print(e.getMessage());
      line.getErr().flush();
      return ExitCode.PROGRAM;
    }
    Fault.report(e, System.err);
    return ExitCode.OURS;
  }

  private static int misused(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("gemini-java: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr()
        .println("'" + line.getCommandSpec().qualifiedName() + " --help' shows the options.");
    return ExitCode.USAGE;
  }

  /** Neither a file nor a command. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** The version, with what one needs for a report. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "gemini-java " + Version.NUMBER,
        "Java " + System.getProperty("java.runtime.version") + " " + System.getProperty("java.home")
      };
    }
  }
}
