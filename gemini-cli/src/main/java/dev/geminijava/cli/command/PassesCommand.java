package dev.geminijava.cli.command;

import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.shard.Target;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gemini-java passes}. */
@Command(name = "passes", description = "List the passes over the source, in their order.")
final class PassesCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;
  @Mixin private PluginOption plugin;

  @Override
  public void run() {
    List<Pass> passes =
        Instrumentation.compiler(ClassPath.current(), PluginOption.among(settings()), Target.ANY)
            .passes()
            .passes();
    int width = 0;
    for (Pass pass : passes) {
      width = Math.max(width, pass.name().length());
    }
    for (Pass pass : passes) {
      String gap = " ".repeat(width - pass.name().length() + 2);
      spec.commandLine().getOut().println(pass.name() + gap + pass.description());
    }
  }

  private static Settings settings() {
    return Settings.resolve(System.getProperties(), System.getenv(), Path.of("gemini.yaml"));
  }
}
