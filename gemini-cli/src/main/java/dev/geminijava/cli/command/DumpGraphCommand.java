package dev.geminijava.cli.command;

import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java dump-graph}. */
@Command(
    name = "dump-graph",
    description = {
      "Show the models that a program makes: layers and operations, shapes, parameters, and what"
          + " each costs.",
      "Nothing of the program is run. Sizes that only a run would know stay names; the batch is B.",
      "Words after -- are the program's arguments: gemini-java dump-graph Train.java -- tiny 10"
    })
final class DumpGraphCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; svg needs Graphviz).")
  private Format format;

  @Option(
      names = "--input-shape",
      paramLabel = "1x28x28",
      converter = InputShape.class,
      description =
          "Shape of an input, the batch first; again for each further input. Without it, what the"
              + " program initialises its model with.")
  private List<Extents> shapes = new ArrayList<>();

  @Mixin private Input input;

  @Override
  public Integer call() throws IOException {
    List<ModelGraph> models = input.understand(shapes).models();
    PrintWriter out = spec.commandLine().getOut();
    if (models.isEmpty()) {
      spec.commandLine().getErr().println("gemini-java: these files make no model.");
    }
    out.print(
        switch (format) {
          case text -> GraphText.of(models);
          case dot -> GraphDrawing.of(models);
          case svg -> Drawing.svg(GraphDrawing.of(models));
        });
    out.flush();
    return 0;
  }
}
