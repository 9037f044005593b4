package dev.geminijava.passes.pass;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.front.Call;
import dev.geminijava.passes.front.Method;
import dev.geminijava.passes.front.Reference;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.List;
import java.util.Optional;

/** Marks where a model may be cut into stages: {@code Pipeline.cut(…)} around a child's forward. */
public final class CutStages implements Pass {

  private static final String CUT = "cut";

  @Override
  public String name() {
    return "cut-stages";
  }

  @Override
  public String description() {
    return "marks the places between layers where a stage of the pipeline may end";
  }

  @Override
  public Outcome run(Unit unit) {
    List<Change> changes =
        Call.all(unit.program(), "forward")
            .filter(call -> !call.isOnSelf())
            .filter(call -> call.method().map(CutStages::givesList).orElse(false))
            .filter(call -> call.isOn(Djl.BLOCK))
            .filter(call -> call.standsInSubtypeOf(Djl.BLOCK))
            .map(CutStages::withCollectives)
            .filter(
                call -> call.around().filter(c -> c.calls(RuntimeNames.PIPELINE, CUT)).isEmpty())
            .map(
                call ->
                    new Change(
                        call.file(),
                        Edit.wrap(
                            call.span(),
                            "#{" + RuntimeNames.PIPELINE + "}." + CUT + "(",
                            ")",
                            name(),
                            "after this layer a stage may end")))
            .toList();
    List<Diagnostic> notes =
        Reference.all(unit.program(), "forward")
            .filter(reference -> reference.isOn(Djl.BLOCK))
            .filter(reference -> reference.standsInSubtypeOf(Djl.BLOCK))
            .map(
                reference ->
                    Diagnostic.note(
                        "method-reference",
                        reference.file(),
                        reference.span(),
                        "no stage can end at a layer that is called through a method reference",
                        "write it as a lambda that calls forward"))
            .toList();
    return Outcome.of(changes, notes);
  }

  private static boolean givesList(Method method) {
    return method.returnType().equals(Djl.NDLIST)
        && !method.isStatic()
        && method.parameterTypes().stream()
            .findFirst()
            .filter(Djl.PARAMETER_STORE::equals)
            .isPresent();
  }

  /** A stage ends after the collective that completes a layer's result, not before. */
  private static Call withCollectives(Call call) {
    Optional<Call> collective =
        call.around().filter(c -> c.callsMethodOf(RuntimeNames.SHARD_GROUP));
    return collective.map(CutStages::withCollectives).orElse(call);
  }
}
