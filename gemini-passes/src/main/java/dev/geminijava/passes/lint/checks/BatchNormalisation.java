package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Degrees;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds layers that normalise over the batch, where it is divided into micro-batches. */
public final class BatchNormalisation implements Check {

  private static final String LAYER = Djl.BATCH_NORM;
  private static final String GHOST = Djl.GHOST_BATCH_NORM;

  @Override
  public String code() {
    return "batch-norm";
  }

  @Override
  public String title() {
    return "BatchNorm makes the samples of a batch depend on one another";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  /** A note where nobody says how the program is meant to run; nothing without stages. */
  @Override
  public List<Diagnostic> run(LintUnit unit) {
    int stages = unit.degrees().stages().orElse(0);
    int parts = unit.degrees().microBatches().orElse(0);
    boolean unknown = unit.degrees().equals(Degrees.UNKNOWN);
    boolean isLayer = unit.classes().stream().anyMatch(c -> unit.isA(c.name(), LAYER));
    if (isLayer || stages < 2 && parts < 2 && !unknown) {
      return List.of();
    }
    String message =
        parts > 1
            ? "normalises over each of " + parts + " micro-batches, not over the batch"
            : "normalises over the batch, so batches stay whole and "
                + (unknown ? "the" : stages)
                + " stages of a pipeline take turns";
    List<Diagnostic> found = new ArrayList<>();
    unit.bodies()
        .forEach(
            body ->
                Walk.allExpressions(body).stream()
                    .filter(e -> makes(unit, e))
                    .forEach(
                        e ->
                            found.add(
                                finding(
                                    unit,
                                    e.span(),
                                    message,
                                    "use LayerNorm, freeze the statistics (predict), or shard"
                                        + " instead: --mode=sharding"))));
    return found.stream().map(d -> unknown ? d.with(Severity.NOTE) : d).distinct().toList();
  }

  /** Blocks of DJL that have such layers inside. */
  private static final Set<String> HOLDERS =
      Set.of(
          Djl.BERT_BLOCK,
          Djl.TRANSFORMER_ENCODER_BLOCK,
          Djl.RES_NET_V1,
          Djl.MOBILE_NET_V2,
          "ai.djl.basicmodelzoo.cv.object_detection.yolo.YOLOV3",
          "ai.djl.basicmodelzoo.cv.object_detection.ssd.SingleShotDetection",
          Djl.TAB_NET);

  private static boolean makes(LintUnit unit, Expression expression) {
    boolean holder =
        expression instanceof Expression.Creation creation && HOLDERS.contains(creation.type())
            || expression instanceof Expression.Call call
                && call.method().equals("build")
                && HOLDERS.contains(call.declaring().replace(".Builder", ""));
    if (holder) {
      return true;
    }
    boolean made =
        expression instanceof Expression.Creation
            || expression instanceof Expression.Call call
                && (call.method().equals("build")
                    || call.declaring().equals(LAYER) && call.method().equals("batchNorm"));
    return made
        && (unit.isA(expression.type(), LAYER)
            || unit.isA(expression.type(), GHOST)
            || expression instanceof Expression.Call call && call.declaring().equals(LAYER));
  }
}
