package dev.geminijava.passes.pass;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.front.TrainingStep;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.ArrayList;
import java.util.List;

/** Says where the trainer's loss follows a forward pass: {@code Pipeline.lossFollows(trainer)}. */
public final class FuseLoss implements Pass {

  private static final String MARK = "lossFollows";

  @Override
  public String name() {
    return "fuse-loss";
  }

  @Override
  public String description() {
    return "lets the last stage go backward micro-batch by micro-batch, where the loss allows it";
  }

  @Override
  public Outcome run(Unit unit) {
    List<Change> changes = new ArrayList<>();
    List<Diagnostic> notes = new ArrayList<>();
    for (TrainingStep step : TrainingStep.all(unit.program(), RuntimeNames.PIPELINE, MARK)) {
      if (step.obstacle().isPresent()) {
        notes.add(
            Diagnostic.note(
                "loss-apart",
                step.file(),
                step.obstacle().get().span(),
                "backward waits for the forward passes of all micro-batches, because "
                    + step.obstacle().get().reason(),
                "take the loss as trainer.getLoss().evaluate(labels, predictions) right after"
                    + " trainer.forward(data, labels), and go backward from it"));
      } else if (!step.marked()) {
        changes.add(
            new Change(
                step.file(),
                Edit.wrap(
                    step.receiver(),
                    "#{" + RuntimeNames.PIPELINE + "}." + MARK + "(",
                    ")",
                    name(),
                    "the loss of each micro-batch can be taken as soon as it is forward")));
      }
    }
    return Outcome.of(changes, notes);
  }
}
