package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds managers and gradient collectors that are opened and never closed. */
public final class Unclosed implements Check {

  private static final Set<String> OPENS =
      Set.of("newSubManager", "newBaseManager", "newGradientCollector");

  @Override
  public String code() {
    return "unclosed";
  }

  @Override
  public String title() {
    return "an NDManager or GradientCollector that nobody closes";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Statement body : unit.bodies()) {
      Set<Statement> resources =
          java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
      Walk.everything(
          body,
          s -> {
            if (s instanceof Statement.Try attempt) {
              resources.addAll(attempt.resources());
            }
          },
          e -> {});
      List<Span> loops = new ArrayList<>();
      Walk.everything(
          body,
          s -> {
            if (s instanceof Statement.Loop || s instanceof Statement.ForEach) {
              loops.add(s.span());
            }
            if (s instanceof Statement.Local local
                && !resources.contains(local)
                && local.value().filter(v -> opens(unit, v)).isPresent()
                && !isClosedWithItsParent(unit, local, loops)
                && !isLookedAfter(body, local.name())) {
              found.add(finding(unit, local));
            }
          },
          e -> {});
    }
    return found.stream().distinct().toList();
  }

  private Diagnostic finding(LintUnit unit, Statement.Local local) {
    boolean collector = unit.isA(local.type(), Djl.GRADIENT_COLLECTOR);
    Expression value = local.value().orElseThrow();
    return finding(
        unit,
        value.span(),
        collector
            ? local.name()
                + " is never closed: the next backward pass fails, because only one may be open"
            : local.name()
                + " is never closed: its arrays stay in memory, on every device that has a part of"
                + " them",
        "open it in the head of a try: try ("
            + local.type().substring(local.type().lastIndexOf('.') + 1)
            + " "
            + local.name()
            + " = …) { … }");
  }

  private static boolean opens(LintUnit unit, Expression value) {
    return value instanceof Expression.Call call
        && OPENS.contains(call.method())
        && (unit.isA(call.type(), Djl.NDMANAGER) || unit.isA(call.type(), Djl.GRADIENT_COLLECTOR));
  }

  /** One manager below another costs nothing until there are many. */
  private static boolean isClosedWithItsParent(
      LintUnit unit, Statement.Local local, List<Span> loops) {
    boolean sub =
        local.value().orElseThrow() instanceof Expression.Call call
            && call.method().equals("newSubManager");
    return sub
        && loops.stream().noneMatch(loop -> loop.contains(local.span()))
        && unit.forwards().stream().noneMatch(f -> f.span().contains(local.span()));
  }

  /** Whether somebody closes it, or it goes where somebody else may. */
  private static boolean isLookedAfter(Statement body, String name) {
    boolean[] found = {false};
    Walk.everything(
        body,
        s -> {
          found[0] |=
              s instanceof Statement.Return end
                      && end.value().filter(v -> isName(v, name)).isPresent()
                  || s instanceof Statement.Try attempt
                      && attempt.resources().stream()
                          .flatMap(r -> r.expressions().stream())
                          .anyMatch(e -> isName(e, name))
                  || s instanceof Statement.Local local
                      && local.value().filter(v -> isName(v, name)).isPresent();
        },
        e -> {
          if (e instanceof Expression.Call call) {
            found[0] |=
                call.method().equals("close")
                        && call.receiver().filter(r -> isName(r, name)).isPresent()
                    || call.method().matches("(set|add|put|register|opt|attach|push|offer|close).*")
                        && call.arguments().stream().anyMatch(a -> isName(a, name));
          } else if (e instanceof Expression.Creation creation) {
            found[0] |= creation.arguments().stream().anyMatch(a -> isName(a, name));
          } else if (e instanceof Expression.Assignment assignment) {
            found[0] |= isName(assignment.value(), name);
          } else if (e instanceof Expression.Other reference) {
            found[0] |= reference.what().endsWith("::close");
          }
        });
    return found[0];
  }

  private static boolean isName(Expression expression, String name) {
    return expression instanceof Expression.Name variable && variable.name().equals(name)
        || expression instanceof Expression.Cast cast && isName(cast.value(), name)
        || expression instanceof Expression.Conditional choice
            && (isName(choice.then(), name) || isName(choice.otherwise(), name));
  }
}
