package dev.geminijava.cli.command;

import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.plan.Placements;
import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.ClassCode;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A program and the library below it.
 *
 * @param texts of the program
 * @param program its classes
 * @param rules how layers and methods are split
 * @param library the classes of DJL's that models are made of
 * @param arguments of the program's main method; empty where they are not known
 */
record Understanding(
    List<String> texts,
    ProgramCode program,
    RuleTable rules,
    ProgramCode library,
    Optional<List<String>> arguments) {

  static Understanding of(
      Program program, RuleTable rules, ClassPath classPath, Optional<List<String>> arguments)
      throws IOException {
    List<String> texts = program.sources().stream().map(p -> p.file().text()).toList();
    return new Understanding(
        texts, Lift.lift(program), rules, Library.sources(classPath), arguments);
  }

  /**
   * The models that the program makes.
   *
   * @param inputs the shapes of what goes in; empty where the program says it
   */
  List<ModelGraph> models(List<Extents> inputs) {
    Evaluation evaluation = Evaluation.of(program, library);
    return arguments.map(evaluation::with).orElse(evaluation).models(inputs);
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
    List<ShardedClass> decisions = new ArrayList<>();
    List<ShardedClass> weighings = new ArrayList<>();
    for (ProgramCode code : List.of(program, used(library, graph))) {
      decisions.addAll(new Sharding(code, rules).classes());
      weighings.addAll(new Sharding(code, rules, known, costs).classes());
    }
    return new Placements(decisions, weighings);
  }

  /** The classes in whose files a model's layers are called. */
  private static ProgramCode used(ProgramCode code, ModelGraph graph) {
    Set<SourceFile> files = graph.nodes().stream().map(Node::file).collect(Collectors.toSet());
    List<ClassCode> classes =
        code.classes().stream().filter(c -> files.contains(c.file())).toList();
    return new ProgramCode(classes, code.anonymous(), code.subtypes());
  }
}
