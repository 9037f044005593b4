package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import java.util.ArrayList;
import java.util.List;

/** Finds arrays that forward code gives to a manager that outlives the batch. */
public final class AttachedInForward implements Check {

  @Override
  public String code() {
    return "attached-in-forward";
  }

  @Override
  public String title() {
    return "forward code makes arrays that live as long as the model";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Forward forward : unit.forwards()) {
      LintUnit.calls(
          forward.body(),
          call -> {
            boolean made =
                call.receiver().filter(r -> outlives(unit, r)).isPresent()
                    && unit.isOn(call, Djl.NDMANAGER)
                    && call.type().startsWith(Djl.NDARRAY);
            boolean attached =
                call.method().equals("attach")
                    && (unit.isOn(call, Djl.NDARRAY) || unit.isOn(call, Djl.NDLIST))
                    && call.arguments().stream().anyMatch(a -> outlives(unit, a));
            if (call.method().equals("detach")
                && call.arguments().isEmpty()
                && (unit.isOn(call, Djl.NDARRAY) || unit.isOn(call, Djl.NDLIST))) {
              found.add(
                  finding(
                      unit,
                      call.span(),
                      "every forward pass takes an array away from its manager, and nobody frees it",
                      "leave it with the batch's manager; to cut the gradient, call stopGradient"));
            }
            if (made || attached) {
              Expression manager = made ? call.receiver().get() : call.arguments().get(0);
              found.add(
                  finding(
                      unit,
                      call.span(),
                      "every forward pass leaves an array with "
                          + unit.quote(manager)
                          + ", which frees it only at the end, on every device and micro-batch",
                      "use the batch's own manager: inputs.head().getManager()"));
            }
          });
    }
    return found;
  }

  /** A manager that is kept in a field, belongs to a model, or is the root of all. */
  private static boolean outlives(LintUnit unit, Expression manager) {
    if (manager instanceof Expression.Field) {
      return unit.isA(manager.type(), Djl.NDMANAGER);
    }
    return manager instanceof Expression.Call call
        && (call.method().equals("getNDManager") && unit.isOn(call, Djl.MODEL)
            || call.method().equals("newBaseManager")
            || call.method().equals("getParentManager") && unit.isOn(call, Djl.NDMANAGER));
  }
}
