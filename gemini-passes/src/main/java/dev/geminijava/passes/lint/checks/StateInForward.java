package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Origin;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds fields that forward code changes. */
public final class StateInForward implements Check {

  private static final Set<String> CHANGES =
      Set.of(
          "add",
          "addAll",
          "addFirst",
          "addLast",
          "put",
          "putAll",
          "putIfAbsent",
          "merge",
          "remove",
          "removeIf",
          "clear",
          "set",
          "push",
          "pop",
          "poll",
          "offer",
          "computeIfAbsent",
          "compute");

  /** DJL writes operations that change their operand with a final i. */
  private static final Pattern IN_PLACE =
      Pattern.compile("(add|sub|mul|div|mod|pow|neg|sign)i|set|intern");

  @Override
  public String code() {
    return "state-in-forward";
  }

  @Override
  public String title() {
    return "forward code changes a field, and micro-batches race for it";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Forward forward : unit.forwards()) {
      Set<String> told = new HashSet<>();
      for (Expression expression : Walk.allExpressions(forward.body())) {
        changed(unit, expression)
            .filter(told::add)
            .ifPresent(
                field ->
                    found.add(
                        finding(
                            unit,
                            expression.span(),
                            field
                                + " changes in every forward pass: micro-batches run at the same"
                                + " time, and each sees what another one wrote",
                            "use a local variable, or return the value with the result")));
      }
    }
    return found.stream().distinct().toList();
  }

  private static Optional<String> changed(LintUnit unit, Expression expression) {
    if (expression instanceof Expression.Assignment assignment) {
      return field(assignment.target());
    }
    if (expression instanceof Expression.Other other && other.what().equals("Unary")) {
      String text = unit.file().text(other.span());
      return text.contains("++") || text.contains("--") ? inside(other) : Optional.empty();
    }
    if (expression instanceof Expression.Call call
        && call.receiver().isPresent()
        && unit.isOn(call, Djl.NDARRAY)
        && IN_PLACE.matcher(call.method()).matches()) {
      Expression array = call.receiver().get();
      return field(array)
          .or(
              () ->
                  unit.origins().of(array) == Origin.WEIGHT
                      ? Optional.of(unit.quote(array))
                      : Optional.empty());
    }
    if (expression instanceof Expression.Call call
        && CHANGES.contains(call.method())
        && call.receiver().isPresent()
        && call.receiver().get().type().startsWith("java.util.")
        && !call.receiver().get().type().startsWith("java.util.concurrent.")) {
      return field(call.receiver().get());
    }
    return Optional.empty();
  }

  /** The field of the own object, or of a class, that an expression is, or is a cell of. */
  private static Optional<String> field(Expression target) {
    if (target instanceof Expression.Field field
        && field.owner().map(LintUnit::isSelf).orElse(true)) {
      return Optional.of(field.name());
    }
    return target instanceof Expression.Other other && other.what().equals("ArrayAccess")
        ? inside(other)
        : Optional.empty();
  }

  private static Optional<String> inside(Expression.Other other) {
    return other.inside().stream()
        .limit(1)
        .filter(Statement.Do.class::isInstance)
        .flatMap(s -> field(((Statement.Do) s).expression()).stream())
        .findFirst();
  }
}
