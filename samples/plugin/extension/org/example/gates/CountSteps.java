package org.example.gates;

import dev.geminijava.passes.front.Call;
import dev.geminijava.passes.pass.Change;
import dev.geminijava.passes.pass.Outcome;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.Unit;
import dev.geminijava.passes.source.Edit;
import java.util.List;

/** A pass: {@code Steps.count();} before every {@code trainer.step()}. */
public final class CountSteps implements Pass {

  @Override
  public String name() {
    return "count-steps";
  }

  @Override
  public String description() {
    return "counts the steps of training loops that have no progress bar";
  }

  @Override
  public Outcome run(Unit unit) {
    List<Change> changes =
        Call.all(unit.program(), "step")
            .filter(call -> call.isOn("ai.djl.training.Trainer"))
            // What is inserted already is not inserted twice.
            .filter(call -> !call.file().text().contains("Steps.count();"))
            .map(
                call ->
                    new Change(
                        call.file(),
                        Edit.statement(
                            call.span().start(),
                            "#{org.example.gates.Steps}.count(); ",
                            name(),
                            "this loop trains")))
            .toList();
    return Outcome.of(changes, List.of());
  }
}
