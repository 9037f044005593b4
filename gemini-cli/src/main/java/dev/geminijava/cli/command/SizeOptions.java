package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.plan.Optimizer;
import dev.geminijava.cli.plan.Prediction;
import dev.geminijava.cli.plan.Scenario;
import dev.geminijava.cli.plan.Speeds;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.runtime.GeminiConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Option;

/** The sizes that a program does not say, and what can be foretold with them. */
final class SizeOptions {

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Samples in a batch, where the program does not say it (default: 32).")
  private Long batchSize;

  @Option(
      names = "--input-shape",
      paramLabel = "32x3x28x28",
      converter = InputShape.class,
      description =
          "Shape of an input, the batch first; again for each further input. Without it, what the"
              + " program initialises its model with.")
  private List<Extents> shapes = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "NAME=N",
      description = "A size that only a run knows, by the name that the notes give it.")
  private Map<String, Long> sizes = new LinkedHashMap<>();

  /** The program with its models, these shapes going in. */
  Understanding understand(Input input) {
    return input.understand(shapes);
  }

  /** What is foretold for: a training step with these sizes. */
  Scenario scenario(GeminiConfig config, Understanding understanding) {
    return new Scenario(
        config,
        batch(),
        sizes,
        Runtime.getRuntime().availableProcessors(),
        Optimizer.in(understanding.texts()),
        Speeds.VIRTUAL_CPU);
  }

  /** The size of the batch, where the user says it in one way or the other. */
  private OptionalLong batch() {
    if (batchSize != null) {
      return OptionalLong.of(batchSize);
    }
    return shapes.stream()
        .map(shape -> shape.dims().get(0))
        .filter(Dim::isNumber)
        .mapToLong(Dim::numerator)
        .findFirst();
  }

  /** A prediction for each model that the program makes. */
  List<Prediction> predictions(
      Scenario scenario, Understanding understanding, Compilation compilation) {
    List<Prediction> predictions = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (ModelGraph graph : understanding.models()) {
      // A program that trains a model and loads it again makes it twice.
      if (!seen.add(graph.nodes().stream().map(n -> n.block() + " " + n.operation()).toList())) {
        continue;
      }
      try {
        Scenario.Placing placing =
            (model, values, costs) ->
                understanding.placements(compilation.splits(), model, values, costs);
        scenario.predict(graph, placing).ifPresent(predictions::add);
      } catch (IllegalArgumentException e) {
        throw new UsageException(graph.name() + ": " + e.getMessage());
      }
    }
    return predictions;
  }
}
