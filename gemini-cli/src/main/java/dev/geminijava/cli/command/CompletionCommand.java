package dev.geminijava.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gemini-java completion}. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for the shell.",
      "bash: source <(gemini-java completion bash)",
      "zsh:  source <(gemini-java completion zsh)"
    })
final class CompletionCommand implements Runnable {

  /** The shells that there is a script for. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell;

  @Override
  public void run() {
    String script = AutoComplete.bash("gemini-java", spec.parent().commandLine());
    if (shell == Shell.zsh) {
      // The script is for bash; zsh runs it through its own layer for such scripts.
      script =
          "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
              + script;
    }
    spec.commandLine().getOut().println(script);
  }
}
