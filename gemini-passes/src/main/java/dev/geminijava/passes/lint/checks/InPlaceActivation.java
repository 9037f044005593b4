package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Fix;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Origin;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds {@code x.addi(…)} where {@code x} came in, or was used before. */
public final class InPlaceActivation implements Check {

  private static final Set<String> CHANGES =
      Set.of("addi", "subi", "muli", "divi", "modi", "powi", "negi", "signi");

  /** Asking an array for these does not keep its values. */
  private static final Set<String> ABOUT =
      Set.of("getShape", "size", "getDataType", "getDevice", "getManager", "head", "get", "close");

  @Override
  public String code() {
    return "in-place-activation";
  }

  @Override
  public String title() {
    return "an array is changed in place while others still need its values";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Forward forward : unit.forwards()) {
      Walk.everything(
          forward.body(),
          statement -> {
            for (Expression expression : statement.expressions()) {
              Walk.everything(
                  expression,
                  s -> {},
                  e -> {
                    if (e instanceof Expression.Call call) {
                      look(unit, forward, statement, call, found);
                    }
                  });
            }
          },
          e -> {});
    }
    return found.stream().distinct().toList();
  }

  private void look(
      LintUnit unit,
      Forward forward,
      Statement around,
      Expression.Call call,
      List<Diagnostic> found) {
    boolean set = call.method().equals("set") && !call.arguments().isEmpty();
    if (call.receiver().isEmpty()
        || !unit.isOn(call, Djl.NDARRAY)
        || !CHANGES.contains(call.method()) && !set) {
      return;
    }
    Expression changed = call.receiver().get();
    Origin origin = unit.origins().of(changed);
    Optional<Span> earlier = earlierUse(forward, changed, call);
    String what = unit.quote(changed);
    String why = null;
    if (origin == Origin.INPUT) {
      why = what + " came in from outside, and changing it in place changes the caller's batch";
    } else if (origin == Origin.ACTIVATION && earlier.isPresent()) {
      why =
          what
              + " was used on line "
              + unit.line(earlier.get())
              + ", and backward needs the values that it had there";
    }
    if (why != null) {
      String name = call.method();
      Diagnostic plain =
          finding(
              unit,
              unit.nameAndArguments(call),
              why,
              set
                  ? "build a new array, with NDArrays.where or concat for instance"
                  : "write " + name.substring(0, name.length() - 1) + ", which makes a new array");
      found.add(
          new Diagnostic(
              plain.severity(),
              plain.code(),
              plain.file(),
              plain.span(),
              plain.message(),
              plain.cure(),
              set ? Optional.empty() : fix(unit, around, call, changed)));
    }
  }

  /** {@code x.addi(y)} as a statement becomes {@code x = x.add(y)}; inside another one, add. */
  private static Optional<Fix> fix(
      LintUnit unit, Statement around, Expression.Call call, Expression changed) {
    int name = unit.nameAndArguments(call).start();
    Fix.Replacement rename =
        new Fix.Replacement(
            new Span(name, name + call.method().length()),
            call.method().substring(0, call.method().length() - 1));
    String what = "make a new array instead of changing " + unit.quote(changed);
    boolean alone = around instanceof Statement.Do whole && whole.expression() == call;
    if (!alone) {
      return around instanceof Statement.Local || around instanceof Statement.Return
          ? Optional.of(new Fix(what, List.of(rename)))
          : Optional.empty();
    }
    return changed instanceof Expression.Name variable
        ? Optional.of(
            new Fix(
                what,
                List.of(
                    new Fix.Replacement(Span.at(call.span().start()), variable.name() + " = "),
                    rename)))
        : Optional.empty();
  }

  /** Where, before the call, the variable's present values were given to something. */
  private static Optional<Span> earlierUse(
      Forward forward, Expression changed, Expression.Call change) {
    if (!(changed instanceof Expression.Name variable)) {
      return Optional.empty();
    }
    Map<String, Span> used = new HashMap<>();
    boolean[] reached = {false};
    follow(forward.body(), variable.name(), change, used, reached);
    return Optional.ofNullable(used.get(variable.name()));
  }

  private static void follow(
      Statement statement,
      String name,
      Expression.Call change,
      Map<String, Span> used,
      boolean[] reached) {
    if (reached[0]) {
      return;
    }
    for (Expression expression : statement.expressions()) {
      // A second name for the array is a use, too.
      uses(expression, name, change, used, reached, true);
    }
    if (reached[0]) {
      return;
    }
    if (statement instanceof Statement.Local local && local.name().equals(name)) {
      used.remove(name);
    }
    for (Statement inner : statement.statements()) {
      follow(inner, name, change, used, reached);
    }
  }

  private static void uses(
      Expression expression,
      String name,
      Expression.Call change,
      Map<String, Span> used,
      boolean[] reached) {
    if (reached[0]) {
      return;
    }
    if (expression instanceof Expression.Call call) {
      boolean about = ABOUT.contains(call.method()) || CHANGES.contains(call.method());
      call.receiver()
          .filter(r -> !about || !(r instanceof Expression.Name))
          .ifPresent(r -> uses(r, name, change, used, reached, call != change));
      call.arguments().forEach(a -> uses(a, name, change, used, reached, true));
      reached[0] |= call == change;
    } else if (expression instanceof Expression.Assignment assignment) {
      uses(assignment.value(), name, change, used, reached, true);
      if (!reached[0]
          && assignment.target() instanceof Expression.Name target
          && target.name().equals(name)) {
        used.remove(name);
      }
    } else {
      // Whether it is the same array, or one at all, says nothing of what is in it.
      boolean compared =
          expression instanceof Expression.Binary both
              && (both.operator().equals("==") || both.operator().equals("!="));
      expression.parts().forEach(part -> uses(part, name, change, used, reached, !compared));
    }
  }

  private static void uses(
      Expression expression,
      String name,
      Expression.Call change,
      Map<String, Span> used,
      boolean[] reached,
      boolean counts) {
    if (expression instanceof Expression.Name variable) {
      if (counts && !reached[0] && variable.name().equals(name)) {
        used.putIfAbsent(name, variable.span());
      }
    } else {
      uses(expression, name, change, used, reached);
    }
  }
}
