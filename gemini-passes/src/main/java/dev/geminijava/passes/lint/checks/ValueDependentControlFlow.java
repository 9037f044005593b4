package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Origin;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;

/** Finds {@code if (x.getFloat() > 0)} in forward code. */
public final class ValueDependentControlFlow implements Check {

  private static final String TURNS = "how often the loop runs";

  @Override
  public String code() {
    return "value-dependent-control-flow";
  }

  @Override
  public String title() {
    return "what is computed depends on the values in the batch";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Forward forward : unit.forwards()) {
      Walk.everything(
          forward.body(),
          statement -> {
            if (statement instanceof Statement.If choice && !onlyThrows(choice)) {
              condition(unit, choice.condition(), "which branch is taken", found);
            } else if (statement instanceof Statement.Loop loop) {
              loop.condition().ifPresent(c -> condition(unit, c, TURNS, found));
            } else if (statement instanceof Statement.ForEach loop) {
              condition(unit, loop.iterable(), TURNS, found);
            } else if (statement instanceof Statement.Other other) {
              other.form().ifPresent(form -> form(unit, form, other.inside(), found));
            }
          },
          expression -> {
            if (expression instanceof Expression.Conditional choice) {
              condition(unit, choice.condition(), "which value is taken", found);
            } else if (expression instanceof Expression.Call call
                && call.method().equals("forward")
                && unit.isOn(call, Djl.BLOCK)) {
              call.receiver()
                  .ifPresent(layer -> condition(unit, layer, "which layer is called", found));
            }
          });
    }
    return found.stream().distinct().toList();
  }

  private void form(LintUnit unit, Form form, List<Statement> inside, List<Diagnostic> found) {
    boolean choice = form instanceof Form.Switch;
    Span asked =
        form instanceof Form.Switch cases
            ? cases.selector().span()
            : form instanceof Form.DoWhile loop ? loop.condition().span() : null;
    for (Statement statement : inside) {
      for (Expression expression : statement.expressions()) {
        if (expression.span().equals(asked)) {
          condition(unit, expression, choice ? "which branch is taken" : TURNS, found);
        }
      }
    }
  }

  private void condition(LintUnit unit, Expression condition, String what, List<Diagnostic> found) {
    if (unit.origins().of(condition) == Origin.READ) {
      found.add(
          finding(
              unit,
              condition.span(),
              what
                  + " depends on values of the batch: micro-batches may go different ways, and each"
                  + " waits here until its values are computed",
              "compute both ways and choose by NDArrays.where, or decide before the forward pass"));
    }
  }

  /** A check of the input changes no result. */
  private static boolean onlyThrows(Statement.If choice) {
    Statement then = choice.then();
    Statement last =
        then instanceof Statement.Block block && !block.statements().isEmpty()
            ? block.statements().get(block.statements().size() - 1)
            : then;
    return last instanceof Statement.Throw && choice.otherwise().isEmpty();
  }
}
