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
import java.util.Set;

/** Finds random numbers that forward code draws by itself. */
public final class RandomInForward implements Check {

  private static final Set<String> JAVA =
      Set.of(
          "java.util.Random",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.SplittableRandom",
          "java.util.random.RandomGenerator",
          Djl.RANDOM_UTILS);

  @Override
  public String code() {
    return "random-in-forward";
  }

  @Override
  public String title() {
    return "forward code draws random numbers outside of Dropout";
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
            boolean array =
                unit.isOn(call, Djl.NDMANAGER)
                    && call.method().matches("random\\w+|truncatedNormal|sample\\w+");
            if (array || host(call)) {
              found.add(
                  finding(
                      unit,
                      call.span(),
                      "draws once for every micro-batch"
                          + (array ? "" : " and rank")
                          + ": with one seed the numbers differ from those of a run on one device"
                          + (array ? "" : ", and the ranks of a group disagree"),
                      "use ai.djl.nn.norm.Dropout, or draw outside and pass the numbers in as an"
                          + " input"));
            }
          });
    }
    return found.stream().distinct().toList();
  }

  private static boolean host(Expression.Call call) {
    boolean math =
        call.method().equals("random")
            && (call.declaring().equals("java.lang.Math")
                || call.declaring().equals("java.lang.StrictMath"));
    return math
        || JAVA.contains(call.declaring())
            && call.method().matches("next\\w+|ints|longs|doubles|random");
  }
}
