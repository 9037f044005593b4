package dev.geminijava.cli.command;

import dev.geminijava.passes.front.Lift;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java dump-graph}. */
@Command(
    name = "dump-graph",
    description = "Show the layers that a program calls, and how values flow between them.")
final class DumpGraphCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; svg needs Graphviz).")
  private Format format;

  @Mixin private Input input;

  @Override
  public Integer call() throws IOException {
    BlockGraph graph = FlowReader.read(Lift.lift(input.read()));
    PrintWriter out = spec.commandLine().getOut();
    if (graph.isEmpty()) {
      spec.commandLine().getErr().println("gemini-java: these files call no layer of a model.");
    }
    out.print(
        switch (format) {
          case text -> graph.toText();
          case dot -> graph.toDot();
          case svg -> Drawing.svg(graph.toDot());
        });
    out.flush();
    return 0;
  }
}
