package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds values that are made early in a forward pass and used late. Where stages will end is not
 * known without measuring; it is taken that each has as many layers as the next.
 */
public final class LongSkip implements Check {

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
    List<Diagnostic> found = new ArrayList<>();
    if (stages > 2) {
      for (Forward forward : unit.forwards()) {
        List<Span> layers = layers(unit, forward);
        boolean repeats =
            layers.size() < stages
                || forward.body().statements().stream().anyMatch(LongSkip::holdsLoop);
        // A block that is part of a model has only some of the stages.
        if (!repeats && unit.isModel(forward.owner())) {
          values(unit, forward, layers, stages, found);
        }
      }
    }
    return found;
  }

  private void values(
      LintUnit unit, Forward forward, List<Span> layers, int stages, List<Diagnostic> found) {
    Map<String, Span> made = new LinkedHashMap<>();
    Walk.statements(
        forward.body(),
        s -> {
          if (s instanceof Statement.Local local
              && local.value().filter(v -> unit.origins().of(v).isBatch()).isPresent()) {
            made.put(local.name(), s.span());
          }
        });
    made.keySet().removeAll(Walk.assigned(forward.body()));
    made.forEach(
        (name, span) -> {
          Walk.expressions(forward.body()).stream()
              .filter(e -> e instanceof Expression.Name use && use.name().equals(name))
              .max(Comparator.comparingInt(e -> e.span().start()))
              .ifPresent(
                  last -> {
                    int from = stage(span.end(), layers, stages);
                    int to = stage(last.span().start(), layers, stages);
                    if (to - from > 1) {
                      found.add(
                          finding(
                              unit,
                              span,
                              name
                                  + " is used again on line "
                                  + unit.line(last.span())
                                  + ": with "
                                  + stages
                                  + " stages it is made in stage "
                                  + from
                                  + " and needed in stage "
                                  + to
                                  + ", so every micro-batch keeps it all that time",
                              "use fewer stages, end them by --boundaries beside the skip, or make"
                                  + " what skips smaller"));
                    }
                  });
        });
  }

  /** The stage that runs at a place, each stage having the same number of layers. */
  private static int stage(int offset, List<Span> layers, int stages) {
    long done = layers.stream().filter(layer -> layer.end() <= offset).count();
    return (int) Math.min(stages - 1, Math.max(0, done - 1) * stages / layers.size());
  }

  private static List<Span> layers(LintUnit unit, Forward forward) {
    List<Span> layers = new ArrayList<>();
    LintUnit.calls(
        forward.body(),
        call -> {
          if (call.method().equals("forward")
              && unit.isOn(call, Djl.BLOCK)
              && call.receiver().filter(r -> !LintUnit.isSelf(r)).isPresent()) {
            layers.add(call.span());
          }
        });
    return layers;
  }

  private static boolean holdsLoop(Statement statement) {
    return statement instanceof Statement.Loop
        || statement instanceof Statement.ForEach
        || statement.statements().stream().anyMatch(LongSkip::holdsLoop);
  }
}
