package dev.geminijava.passes.verify;

import dev.geminijava.passes.front.TrainingStep;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.Map;

/** Marked training steps ask for gradients of the trainer's loss only. */
final class LossCheck {

  private static final String MARK = "lossFollows";

  private final Sources sources;
  private final Tally tally;

  LossCheck(Sources sources, Tally tally) {
    this.sources = sources;
    this.tally = tally;
  }

  void run() {
    Map<Object, TrainingStep> steps = new HashMap<>();
    TrainingStep.all(sources.erased(), RuntimeNames.PIPELINE, MARK)
        .forEach(step -> steps.put(key(step.file(), step.receiver()), step));
    for (Inserted inserted : sources.inserted().values()) {
      for (Inserted.Wrap wrap : inserted.wrapsOf(RuntimeNames.PIPELINE)) {
        if (wrap.how().equals(MARK)) {
          check(inserted, wrap, steps.get(key(inserted.erased(), wrap.inner())));
        }
      }
    }
  }

  private static Object key(Object file, Span span) {
    return Map.entry(file, span);
  }

  private void check(Inserted inserted, Inserted.Wrap wrap, TrainingStep step) {
    tally.checked(Property.LOSS, 1);
    if (step == null) {
      find(inserted, wrap.inner(), "no training step begins here");
    } else {
      step.obstacle().ifPresent(o -> find(inserted, o.span(), o.reason()));
    }
  }

  private void find(Inserted inserted, Span span, String reason) {
    tally.found(
        sources.finding(
            Property.LOSS,
            inserted.erased(),
            span,
            "the loss cannot be taken for each micro-batch: " + reason,
            "take Pipeline.lossFollows(…) out"));
  }
}
