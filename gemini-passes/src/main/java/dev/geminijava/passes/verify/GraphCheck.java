package dev.geminijava.passes.verify;

import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * The models that the text makes are those that the program makes without the insertions: the same
 * layers and operations in the same order, with the same shapes and parameters.
 */
final class GraphCheck {

  private final Sources sources;
  private final LibraryCode library;
  private final RuleTable rules;
  private final Tally tally;

  GraphCheck(Sources sources, LibraryCode library, RuleTable rules, Tally tally) {
    this.sources = sources;
    this.library = library;
    this.rules = rules;
    this.tally = tally;
  }

  void run() {
    boolean changed =
        sources.inserted().values().stream().anyMatch(i -> !i.text().equals(i.erased()));
    if (!changed) {
      return;
    }
    List<ModelGraph> expected = Evaluation.of(sources.code(), library, rules).models(List.of());
    List<ModelGraph> actual =
        Evaluation.of(Lift.lift(sources.program()), library, rules).models(List.of());
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      List<String> before = i < expected.size() ? lines(expected.get(i)) : List.of();
      List<String> after = i < actual.size() ? lines(actual.get(i)) : List.of();
      tally.checked(Property.SHAPES, before.size());
      int same = 0;
      while (same < Math.min(before.size(), after.size())
          && before.get(same).equals(after.get(same))) {
        same++;
      }
      if (same < Math.max(before.size(), after.size())) {
        find(i < actual.size() ? actual.get(i) : expected.get(i), before, after, same);
      }
    }
  }

  private void find(ModelGraph graph, List<String> before, List<String> after, int at) {
    String message =
        "the model computes %s instead of %s"
            .formatted(
                at < after.size() ? after.get(at) : "nothing more",
                at < before.size() ? before.get(at) : "nothing more");
    Span span = graph.span();
    SourceFile file = graph.file();
    if (at < graph.nodes().size() && isOwn(graph.nodes().get(at).file())) {
      span = graph.nodes().get(at).span();
      file = graph.nodes().get(at).file();
    }
    tally.found(Finding.at(Property.SHAPES, file, span, message, "take the insertions in it out"));
  }

  private boolean isOwn(SourceFile file) {
    return sources.inserted().values().stream()
        .anyMatch(i -> i.text().equals(file) || i.erased().equals(file));
  }

  /** A line for each node; sizes without a name are counted anew each time. */
  private static List<String> lines(ModelGraph graph) {
    List<String> lines = new ArrayList<>();
    for (Node node : graph.nodes()) {
      lines.add(
          (node.inputs()
                  + " "
                  + node.block()
                  + " "
                  + node.operation()
                  + " "
                  + node.outputs().stream().map(t -> t.shape() + " " + t.type()).toList()
                  + (node.parameters().isEmpty() ? "" : " " + node.parameters()))
              .replaceAll("'\\d+", "'"));
    }
    lines.add("results " + graph.outputs());
    lines.add("parameters " + graph.parameters());
    return lines;
  }
}
