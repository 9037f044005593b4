package dev.geminijava.cli.command;

import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.cli.plan.Placements;
import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.GraphWorkload;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.shard.Sharding;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.Workload;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program and the library below it.
 *
 * @param texts of the program
 * @param program its classes
 * @param rules how layers and methods are split
 * @param library the classes of DJL's that models are made of
 * @param models that the program makes
 */
record Understanding(
    List<String> texts,
    ProgramCode program,
    RuleTable rules,
    LibrarySources library,
    List<ModelGraph> models) {

  /**
   * Reads and evaluates a program.
   *
   * @param inputs the shapes of what goes into its models; empty where the program says it
   * @param arguments of its main method
   */
  static Understanding of(
      Program program,
      RuleTable rules,
      ClassPath classPath,
      List<Extents> inputs,
      List<String> arguments)
      throws IOException {
    List<String> texts = program.sources().stream().map(p -> p.file().text()).toList();
    ProgramCode code = Lift.lift(program);
    LibrarySources library = Instrumentation.library(classPath);
    List<ModelGraph> models = Evaluation.of(code, library, rules).with(arguments).models(inputs);
    return new Understanding(texts, code, rules, library, models);
  }

  /**
   * How the layers of a model are placed.
   *
   * @param splits what the compiler decided about the program's own classes
   * @param sizes the values of the names in its graph
   * @param costs of the devices, and over how many of them its layers are split
   */
  Placements placements(
      List<ShardedClass> splits, ModelGraph graph, Map<String, Long> sizes, CostModel costs) {
    if (costs.ranks() == 1) {
      return Placements.NONE;
    }
    Workload known = new GraphWorkload(List.of(graph), sizes);
    Target target = Target.of(costs);
    List<SourceFile> files = graph.nodes().stream().map(Node::file).distinct().toList();
    ProgramCode below = library.in(files);
    List<ShardedClass> decisions = new ArrayList<>(splits);
    decisions.addAll(new Sharding(below, rules).classes());
    List<ShardedClass> weighings = new ArrayList<>();
    for (ProgramCode code : List.of(program, below)) {
      weighings.addAll(new Sharding(code, rules, known, target).classes());
    }
    return new Placements(decisions, weighings);
  }
}
