package org.example.gates;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import java.util.ArrayList;
import java.util.List;

/** A check: output in a forward pass comes once for every micro-batch and rank. */
public final class PrintInForward implements Check {

  @Override
  public String code() {
    return "print-in-forward";
  }

  @Override
  public String title() {
    return "a forward pass prints";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    unit.calls(
        call -> {
          boolean prints = unit.isOn(call, "java.io.PrintStream");
          boolean forward = unit.forwards().stream().anyMatch(f -> f.span().contains(call.span()));
          if (prints && forward) {
            found.add(
                finding(
                    unit,
                    call.span(),
                    "this is printed once for every micro-batch and rank",
                    "print after trainer.forward, where the batch is whole again"));
          }
        });
    return found;
  }
}
