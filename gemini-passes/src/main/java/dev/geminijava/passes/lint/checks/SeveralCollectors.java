package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds a gradient collector that is opened while another one is. */
public final class SeveralCollectors implements Check {

  private static final String EASY_TRAIN = Djl.EASY_TRAIN;

  @Override
  public String code() {
    return "several-collectors";
  }

  @Override
  public String title() {
    return "two GradientCollectors at once";
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Statement body : unit.bodies()) {
      Walk.everything(
          body,
          s -> {
            if (s instanceof Statement.Try attempt) {
              look(unit, attempt, found);
            } else if (s instanceof Statement.Block block) {
              look(unit, block, found);
            }
          },
          e -> {});
    }
    return found.stream().distinct().toList();
  }

  private void look(LintUnit unit, Statement.Try attempt, List<Diagnostic> found) {
    Optional<Statement> first =
        attempt.resources().stream().filter(r -> opens(unit, r).isPresent()).findFirst();
    if (first.isEmpty()) {
      return;
    }
    int line = unit.line(first.get().span());
    List<Statement> during = new ArrayList<>();
    attempt.resources().stream().dropWhile(r -> r != first.get()).skip(1).forEach(during::add);
    during.add(attempt.body());
    during.forEach(statement -> look(unit, statement, line, found));
  }

  /** A collector that is kept in a variable is open until the variable is closed. */
  private void look(LintUnit unit, Statement.Block block, List<Diagnostic> found) {
    String open = null;
    int line = 0;
    for (Statement statement : block.statements()) {
      if (open != null) {
        String name = open;
        if (Walk.expressions(statement).stream().anyMatch(e -> closes(e, name))) {
          open = null;
        } else {
          look(unit, statement, line, found);
        }
      }
      if (statement instanceof Statement.Local local && opens(unit, local).isPresent()) {
        open = local.name();
        line = unit.line(local.span());
      }
    }
  }

  private static boolean closes(Expression expression, String name) {
    return expression instanceof Expression.Call call
        && call.method().equals("close")
        && call.receiver()
            .filter(r -> r instanceof Expression.Name n && n.name().equals(name))
            .isPresent();
  }

  private void look(LintUnit unit, Statement statement, int line, List<Diagnostic> found) {
    for (Expression expression : Walk.expressions(statement)) {
      if (expression instanceof Expression.Call call && opens(unit, call, 3)) {
        found.add(
            finding(
                unit,
                call.span(),
                "opens a GradientCollector while the one of line "
                    + line
                    + " is open; the engine allows one at a time and throws",
                "close the first one before, or go backward from the sum of both losses"));
      }
    }
  }

  private static Optional<Expression> opens(LintUnit unit, Statement statement) {
    return statement.expressions().stream()
        .filter(e -> e instanceof Expression.Call call && opens(unit, call, 0))
        .findFirst();
  }

  /** Whether a call opens a collector, or calls what does. */
  private static boolean opens(LintUnit unit, Expression.Call call, int depth) {
    if (call.method().equals("newGradientCollector")
        && unit.isA(call.type(), Djl.GRADIENT_COLLECTOR)) {
      return true;
    }
    if (depth > 0
        && call.declaring().equals(EASY_TRAIN)
        && (call.method().equals("fit") || call.method().equals("trainBatch"))) {
      return true;
    }
    return depth > 0
        && unit.program().classes().stream()
            .filter(c -> c.name().equals(call.declaring()))
            .flatMap(c -> c.methods().stream())
            .filter(m -> isCalled(call, m))
            .anyMatch(
                m ->
                    Walk.expressions(m.body()).stream()
                        .anyMatch(
                            e ->
                                e instanceof Expression.Call inner
                                    && opens(unit, inner, depth - 1)));
  }

  private static boolean isCalled(Expression.Call call, MethodCode method) {
    return method.name().equals(call.method())
        && method.parameters().size() == call.arguments().size();
  }
}
