package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds trainings whose loss is not known to be a mean over the samples. */
public final class LossNotMean implements Check {

  private static final String PACKAGE = "ai.djl.training.loss.";
  private static final String LOSS = PACKAGE + "Loss";
  private static final String CONFIG = Djl.DEFAULT_TRAINING_CONFIG;

  /** Those that the runtime takes for each micro-batch. */
  private static final Set<String> MEANS =
      Stream.of(
              "SoftmaxCrossEntropyLoss",
              "SigmoidBinaryCrossEntropyLoss",
              "L1Loss",
              "L2Loss",
              "HingeLoss")
          .map(PACKAGE::concat)
          .collect(Collectors.toUnmodifiableSet());

  @Override
  public String code() {
    return "loss-not-mean";
  }

  @Override
  public String title() {
    return "a loss that cannot be taken for each micro-batch";
  }

  @Override
  public Severity severity() {
    return Severity.NOTE;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Statement body : unit.bodies()) {
      for (Expression expression : Walk.allExpressions(body)) {
        if (expression instanceof Expression.Creation creation
            && creation.type().equals(CONFIG)
            && creation.arguments().size() == 1) {
          Expression argument = creation.arguments().get(0);
          String type = type(argument, body);
          if (unit.isA(type, LOSS) && !type.equals(LOSS) && !MEANS.contains(type)) {
            found.add(
                finding(
                    unit,
                    argument.span(),
                    type.substring(type.lastIndexOf('.') + 1)
                        + " is not known to be a mean over the samples: backward waits for the"
                        + " forward passes of all micro-batches (GPipe instead of 1F1B)",
                    "use softmax or sigmoid cross-entropy, L1, L2 or hinge loss where one fits, or"
                        + " plan for the memory of all micro-batches"));
          }
        }
      }
    }
    return found;
  }

  /** The most that the text says about a loss: for a variable, what it is set to. */
  private static String type(Expression loss, Statement body) {
    String[] type = {loss.type()};
    if (loss instanceof Expression.Name name) {
      Walk.everything(
          body,
          s -> {
            if (s instanceof Statement.Local local && local.name().equals(name.name())) {
              local.value().ifPresent(value -> type[0] = value.type());
            }
          },
          e -> {});
    }
    return type[0];
  }
}
