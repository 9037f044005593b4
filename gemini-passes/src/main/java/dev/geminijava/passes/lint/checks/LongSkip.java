package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds values that are made early in a model and used late, in the graph of what it computes.
 * Where stages will end is not known without measuring; it is taken that each has as many layers as
 * the next.
 */
public final class LongSkip implements Check {

  /** A value on its way, and where it is needed after stages that have no use for it. */
  private record Skip(Node made, int from, int to, Optional<Node> use) {
    int length() {
      return to - from;
    }
  }

  @Override
  public String code() {
    return "long-skip";
  }

  @Override
  public String title() {
    return "a value that skips stages of the pipeline";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  /** Says nothing below three stages: a value that goes to the next stage skips none. */
  @Override
  public List<Diagnostic> run(LintUnit unit) {
    int stages = unit.degrees().stages().orElse(1);
    Map<Span, Skip> longest = new LinkedHashMap<>();
    if (stages > 2 && !unit.forwards().isEmpty()) {
      for (ModelGraph graph : unit.insight().models()) {
        for (Skip skip : skips(graph, stages)) {
          place(unit, skip)
              .ifPresent(
                  span -> longest.merge(span, skip, (a, b) -> a.length() >= b.length() ? a : b));
        }
      }
    }
    List<Diagnostic> found = new ArrayList<>();
    longest.forEach((place, skip) -> found.add(finding(unit, place, skip, stages)));
    return found;
  }

  private static List<Skip> skips(ModelGraph graph, int stages) {
    long layers = graph.nodes().stream().filter(LongSkip::isLayer).count();
    if (layers < stages) {
      return List.of();
    }
    Map<Integer, Skip> open = new HashMap<>();
    List<Skip> skips = new ArrayList<>();
    int done = 0;
    for (Node node : graph.nodes()) {
      done += isLayer(node) ? 1 : 0;
      int stage = (int) Math.min(stages - 1, Math.max(0L, done - 1L) * stages / layers);
      for (int input : node.inputs()) {
        used(open, input, stage, Optional.of(node), skips);
      }
      for (Tensor tensor : node.outputs()) {
        open.put(tensor.id(), new Skip(node, stage, stage, Optional.empty()));
      }
    }
    for (int output : graph.outputs()) {
      used(open, output, stages - 1, Optional.empty(), skips);
    }
    return skips;
  }

  private static void used(
      Map<Integer, Skip> open, int tensor, int stage, Optional<Node> use, List<Skip> skips) {
    Skip before = open.get(tensor);
    if (before != null) {
      Skip now = new Skip(before.made(), before.from(), stage, use);
      if (now.length() > 1) {
        skips.add(now);
      }
      open.put(tensor, new Skip(before.made(), stage, stage, Optional.empty()));
    }
  }

  /** Layers are called by their class, operations by a method. */
  private static boolean isLayer(Node node) {
    String operation = node.operation();
    return Character.isUpperCase(operation.charAt(operation.lastIndexOf('.') + 1));
  }

  /** Where it is made, or, if that is inside of a library's block, where it is used. */
  private static Optional<Span> place(LintUnit unit, Skip skip) {
    return Stream.of(Optional.of(skip.made()), skip.use())
        .flatMap(Optional::stream)
        .filter(node -> node.file().equals(unit.file()))
        .map(Node::span)
        .findFirst();
  }

  private Diagnostic finding(LintUnit unit, Span place, Skip skip, int stages) {
    boolean made = skip.made().file().equals(unit.file());
    Optional<Statement.Local> local = made ? local(unit, place) : Optional.empty();
    String name = local.map(Statement.Local::name).orElse("what is made here");
    String where = skip.use().map(use -> "used again " + line(unit, use)).orElse("a result");
    return finding(
        unit,
        local.map(Statement.Local::span).orElse(place),
        "%s: with %d stages it leaves stage %d and is needed in stage %d, so every micro-batch"
                .formatted(
                    made ? name + " is " + where : "an earlier value is used here",
                    stages,
                    skip.from(),
                    skip.to())
            + " keeps it all that time",
        "use fewer stages, end them by --boundaries beside the skip, or make what skips smaller");
  }

  private static String line(LintUnit unit, Node use) {
    int line = use.file().position(use.span().start()).line();
    return use.file().equals(unit.file())
        ? "on line " + line
        : "in " + use.file().path().getFileName() + ":" + line;
  }

  /** The variable that a value is given to where it is made. */
  private static Optional<Statement.Local> local(LintUnit unit, Span made) {
    List<Statement.Local> around = new ArrayList<>();
    for (Statement body : unit.bodies()) {
      Walk.statements(
          body,
          s -> {
            if (s instanceof Statement.Local local && local.span().contains(made)) {
              around.add(local);
            }
          });
    }
    return around.stream().min(Comparator.comparingInt(local -> local.span().length()));
  }
}
