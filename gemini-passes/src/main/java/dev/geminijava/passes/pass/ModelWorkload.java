package dev.geminijava.passes.pass;

import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.GraphWorkload;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.shard.Sharding;
import dev.geminijava.passes.shard.SplitLayer;
import dev.geminijava.passes.shard.Workload;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Split;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The work of a program's layers by its models, which are evaluated when first asked for. Since a
 * compiled program serves any arguments, sizes that arguments choose are not known.
 */
final class ModelWorkload implements Workload {

  private final ProgramCode program;
  private final LibrarySources library;
  private final RuleTable rules;
  private Optional<List<ModelGraph>> models = Optional.empty();
  private GraphWorkload works;

  ModelWorkload(ProgramCode program, LibrarySources library, RuleTable rules) {
    this.program = program;
    this.library = library;
    this.rules = rules;
  }

  private List<ModelGraph> models() {
    if (models.isEmpty()) {
      models = Optional.of(Evaluation.of(program, library, rules).models(List.of()));
      works = GraphWorkload.of(models.get());
    }
    return models.get();
  }

  private GraphWorkload works() {
    models();
    return works;
  }

  @Override
  public List<Work> of(SourceFile file, Span call) {
    return works().of(file, call);
  }

  @Override
  public Optional<Integer> rank(SourceFile file, Span call) {
    return works().rank(file, call);
  }

  /** Layers of the library are split as its own classes are; what has no weight is whole. */
  @Override
  public double heldBeside(Set<Place> weighed, CostModel costs) {
    List<SourceFile> files =
        models().stream().flatMap(m -> m.nodes().stream()).map(Node::file).distinct().toList();
    Map<Place, Split> splits = new HashMap<>();
    for (ShardedClass code : new Sharding(library.in(files), rules).classes()) {
      for (SplitLayer layer : code.layers()) {
        splits.put(new Place(code.code().file(), layer.call()), split(layer));
      }
    }
    double bytes = 0;
    for (Place place : works().places()) {
      if (!weighed.contains(place)) {
        Split split = splits.getOrDefault(place, Split.WHOLE);
        for (Work work : works().of(place.file(), place.call())) {
          bytes += costs.layer(work, split).memory();
        }
      }
    }
    return bytes;
  }

  private static Split split(SplitLayer layer) {
    return switch (layer.how()) {
      case "column", "head", "vocabulary" -> Split.COLUMN;
      case "row" -> Split.ROW;
      default -> Split.WHOLE;
    };
  }
}
