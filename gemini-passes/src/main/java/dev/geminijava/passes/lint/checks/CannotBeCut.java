package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;

/** Finds blocks of several layers whose forward code calls none of them. */
public final class CannotBeCut implements Check {

  @Override
  public String code() {
    return "cannot-be-cut";
  }

  @Override
  public String title() {
    return "no stage of a pipeline can end anywhere in a forward pass";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (ClassCode type : unit.classes()) {
      List<Forward> code =
          unit.forwards().stream().filter(f -> f.owner() == type && !f.name().isEmpty()).toList();
      if (code.isEmpty() || code.stream().anyMatch(f -> callsLayer(unit, f))) {
        continue;
      }
      int children = count(type, "addChildBlock");
      int parameters = count(type, "addParameter");
      if (children > 1 || children == 0 && parameters > 1 && unit.isModel(type)) {
        found.add(
            finding(
                unit,
                unit.nameOf(type),
                children > 1
                    ? "the forward pass calls forward of none of its "
                        + (children > 2 ? "" : "two ")
                        + "child blocks, so no stage can end inside it"
                    : "the model computes with "
                        + parameters
                        + " parameters of its own and no child block, so it is one stage",
                children > 1
                    ? "call child.forward(parameterStore, list, training) for each child"
                    : "move each step into a block of its own and call its forward"));
      }
    }
    return found;
  }

  /** Whether it calls a layer, or gives the parameters to somebody else who may. */
  private static boolean callsLayer(LintUnit unit, Forward forward) {
    return Walk.allExpressions(forward.body()).stream()
        .anyMatch(
            e ->
                e instanceof Expression.Call call
                        && call.method().equals("forward")
                        && unit.isOn(call, Djl.BLOCK)
                        && call.receiver().filter(r -> !LintUnit.isSelf(r)).isPresent()
                    || e instanceof Expression.Call helper
                        && !helper.declaring().equals(forward.owner().name())
                        && helper.arguments().stream()
                            .anyMatch(a -> a.type().equals(Djl.PARAMETER_STORE))
                    || e instanceof Expression.Other other
                        && other.what().startsWith("ai.djl.nn.")
                        && other.what().endsWith("::forward"));
  }

  /** How often a class calls a method while it is made; in a loop, that is often. */
  private static int count(ClassCode type, String method) {
    int[] count = {0};
    List<Statement> bodies = new ArrayList<>();
    type.fields().forEach(f -> f.value().ifPresent(v -> bodies.add(new Statement.Do(f.span(), v))));
    type.constructors().stream().map(MethodCode::body).forEach(bodies::add);
    for (Statement body : bodies) {
      LintUnit.calls(body, call -> count[0] += call.method().equals(method) ? 1 : 0);
      Walk.statements(
          body,
          s -> {
            if (s instanceof Statement.Loop || s instanceof Statement.ForEach) {
              LintUnit.calls(s, call -> count[0] += call.method().equals(method) ? 2 : 0);
            }
          });
    }
    return count[0];
  }
}
