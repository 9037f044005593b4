package dev.geminijava.cli.command;

import dev.geminijava.cli.launch.ClassPath;
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
import dev.geminijava.passes.shard.Workload;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
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
    LibrarySources library = Library.sources(classPath);
    List<ModelGraph> models = Evaluation.of(code, library).with(arguments).models(inputs);
    return new Understanding(texts, code, rules, library, models);
  }

  /**
   * How the layers of a model are placed.
   *
   * @param sizes the values of the names in its graph
   * @param ranks over how many its layers are split
   */
  Placements placements(ModelGraph graph, Map<String, Long> sizes, int ranks) {
    if (ranks == 1) {
      return Placements.NONE;
    }
    Workload known = new GraphWorkload(List.of(graph), sizes);
    CostModel costs = new CostModel(Machine.VIRTUAL_CPU, ranks);
    List<SourceFile> files = graph.nodes().stream().map(Node::file).distinct().toList();
    List<ShardedClass> decisions = new ArrayList<>();
    List<ShardedClass> weighings = new ArrayList<>();
    for (ProgramCode code : List.of(program, library.in(files))) {
      decisions.addAll(new Sharding(code, rules).classes());
      weighings.addAll(new Sharding(code, rules, known, costs).classes());
    }
    return new Placements(decisions, weighings);
  }
}
