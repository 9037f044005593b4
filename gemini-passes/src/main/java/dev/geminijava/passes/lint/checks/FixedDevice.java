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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds devices that are named in the code. */
public final class FixedDevice implements Check {

  /** What is given a device for a whole model, or for its arrays. */
  private static final Set<String> TAKES =
      Set.of("newInstance", "optDevices", "optDevice", "newBaseManager", "newSubManager");

  /** Data may well be prepared on the host. */
  private static final Set<String> MANAGERS = Set.of("newBaseManager", "newSubManager");

  @Override
  public String code() {
    return "fixed-device";
  }

  @Override
  public String title() {
    return "the device is written into the code";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Statement body : unit.bodies()) {
      body(unit, body, found);
    }
    return found.stream().distinct().toList();
  }

  private void body(LintUnit unit, Statement body, List<Diagnostic> found) {
    boolean forward =
        unit.forwards().stream().map(Forward::span).anyMatch(f -> f.contains(body.span()));
    statement(unit, body, forward, found);
  }

  private void statement(
      LintUnit unit, Statement statement, boolean forward, List<Diagnostic> found) {
    if (statement instanceof Statement.Other other) {
      other.inside().forEach(s -> statement(unit, s, forward, found));
      return;
    }
    statement.expressions().forEach(e -> expression(unit, e, forward, false, found));
    statement.statements().forEach(s -> statement(unit, s, forward, found));
  }

  /** {@code placed} says whether the device decides where arrays are. */
  private void expression(
      LintUnit unit,
      Expression expression,
      boolean forward,
      boolean placed,
      List<Diagnostic> found) {
    if (expression instanceof Expression.Conditional choice && choice.type().equals(Djl.DEVICE)) {
      // Chosen by what the machine has.
      return;
    }
    boolean inForward =
        forward
            || unit.forwards().stream()
                .map(Forward::span)
                .anyMatch(f -> f.contains(expression.span()));
    if (placed && expression.type().equals(Djl.DEVICE)) {
      Optional<Expression> value = value(unit, expression);
      if (value.isPresent()) {
        expression(unit, value.get(), forward, true, found);
        return;
      }
    }
    if (expression instanceof Expression.Call call) {
      if (call.declaring().equals(Djl.DEVICE) && call.type().equals(Djl.DEVICE)) {
        device(unit, call, inForward, placed, found);
        return;
      }
      boolean moves = call.method().equals("toDevice") && inForward;
      boolean prepares =
          MANAGERS.contains(call.method())
              && !inForward
              && call.arguments().stream()
                  .anyMatch(a -> a instanceof Expression.Call cpu && cpu.method().equals("cpu"));
      boolean takes =
          moves
              || !prepares
                  && TAKES.contains(call.method())
                  && (unit.isOn(call, Djl.MODEL)
                      || unit.isOn(call, Djl.NDMANAGER)
                      || call.declaring().startsWith(Djl.PACKAGE));
      call.receiver().ifPresent(r -> expression(unit, r, forward, false, found));
      call.arguments().forEach(a -> expression(unit, a, forward, takes, found));
      return;
    }
    if (expression instanceof Expression.Other other && !other.inside().isEmpty()) {
      other.inside().forEach(s -> statement(unit, s, forward, found));
      return;
    }
    boolean same = expression instanceof Expression.ArrayOf && placed;
    expression.parts().forEach(part -> expression(unit, part, forward, same, found));
  }

  /** What a variable is set to where it is declared. */
  private static Optional<Expression> value(LintUnit unit, Expression variable) {
    List<Expression> values = new ArrayList<>();
    if (variable instanceof Expression.Name name) {
      for (Statement body : unit.bodies()) {
        Walk.everything(
            body,
            s -> {
              if (s instanceof Statement.Local local
                  && body.span().contains(variable.span())
                  && local.name().equals(name.name())) {
                local.value().ifPresent(values::add);
              }
            },
            e -> {});
      }
    } else if (variable instanceof Expression.Field field) {
      unit.classes().stream()
          .filter(c -> c.name().equals(field.declaring()))
          .flatMap(c -> c.field(field.name()).stream())
          .forEach(f -> f.value().ifPresent(values::add));
    }
    return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  private void device(
      LintUnit unit,
      Expression.Call call,
      boolean forward,
      boolean placed,
      List<Diagnostic> found) {
    boolean literal = call.arguments().stream().allMatch(a -> a instanceof Expression.Literal);
    boolean numbered =
        Set.of("gpu", "of", "fromName").contains(call.method()) && !call.arguments().isEmpty();
    if (literal && placed && (numbered || call.method().matches("cpu|gpu"))) {
      Span span = call.span();
      found.add(
          finding(
              unit,
              span,
              unit.quote(call)
                  + " pins "
                  + (forward ? "this value" : "the model")
                  + " to one device, whatever devices the run has",
              forward
                  ? "use the device of what came in: inputs.head().getDevice()"
                  : "leave the device out, or take it from Engine.getInstance().getDevices()"));
    }
  }
}
