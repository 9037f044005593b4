package dev.geminijava.passes.pass;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.front.Call;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.List;

/** Puts our model around every model that the program makes: {@code GeminiModel.of(…)}. */
public final class WrapModels implements Pass {

  @Override
  public String name() {
    return "wrap-models";
  }

  @Override
  public String description() {
    return "lets every model that the program makes train and predict in parallel";
  }

  @Override
  public Outcome run(Unit unit) {
    List<Change> changes =
        Call.all(unit.program(), "newInstance")
            .filter(call -> call.callsMethodOf(Djl.MODEL))
            // One overload calling another makes no second model.
            .filter(call -> !call.standsIn(Djl.MODEL))
            .filter(
                call ->
                    call.around().filter(c -> c.calls(RuntimeNames.GEMINI_MODEL, "of")).isEmpty())
            .map(
                call ->
                    new Change(
                        call.file(),
                        Edit.wrap(
                            call.span(),
                            "#{" + RuntimeNames.GEMINI_MODEL + "}.of(",
                            ")",
                            name(),
                            "a model made here trains and predicts in parallel")))
            .toList();
    return Outcome.of(changes, List.of());
  }
}
