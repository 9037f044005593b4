package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs statements. Loops whose bounds are known are unrolled; others run once, and so do the rounds
 * that a loop still has when it took long and made no layer.
 */
final class Execution {

  private static final int MOST_ROUNDS = 4096;

  /** How control leaves a statement. */
  enum Flow {
    NEXT,
    RETURN,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator;

  Execution(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** Runs the body of a method or lambda and gives what it returns. */
  Value run(Statement body, Frame frame) {
    Flow end = execute(body, frame);
    List<Value> results = new ArrayList<>(frame.pending);
    if (end == Flow.RETURN || results.isEmpty()) {
      results.add(frame.result);
    }
    return evaluator.joins.all(results).orElse(Value.Constant.NOTHING);
  }

  Flow execute(Statement statement, Frame frame) {
    evaluator.trace.at(new Trace.Place(frame.code.file(), statement.span()));
    if (statement instanceof Statement.Block block) {
      return all(block.statements(), frame);
    }
    if (statement instanceof Statement.Local local) {
      Value value =
          local
              .value()
              .map(v -> evaluator.evaluate(v, frame))
              .orElseGet(() -> Evaluator.zero(local.type()));
      set(frame, local.name(), value);
      return Flow.NEXT;
    }
    if (statement instanceof Statement.Do action) {
      evaluator.evaluate(action.expression(), frame);
      return Flow.NEXT;
    }
    if (statement instanceof Statement.If choice) {
      return choose(choice, frame);
    }
    if (statement instanceof Statement.ForEach loop) {
      return forEach(loop, frame);
    }
    if (statement instanceof Statement.Loop loop) {
      Flow first = all(loop.first(), frame);
      return first == Flow.NEXT
          ? loop(loop.condition(), loop.update(), loop.body(), frame, false)
          : first;
    }
    if (statement instanceof Statement.Try attempt) {
      return attempt(attempt, frame);
    }
    if (statement instanceof Statement.Return end) {
      frame.result =
          end.value().map(v -> evaluator.evaluate(v, frame)).orElse(Value.Constant.NOTHING);
      return Flow.RETURN;
    }
    if (statement instanceof Statement.Throw end) {
      evaluator.trace.at(new Trace.Place(frame.code.file(), end.span()));
      throw evaluator.thrown("throws " + simple(end.value().type()));
    }
    if (statement instanceof Statement.Jump jump) {
      return jump.leaves() ? Flow.BREAK : Flow.CONTINUE;
    }
    return other((Statement.Other) statement, frame);
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private void set(Frame frame, String name, Value value) {
    evaluator.journal.before(frame);
    frame.variables.put(name, value);
  }

  private Flow all(List<Statement> statements, Frame frame) {
    for (Statement statement : statements) {
      Flow flow = execute(statement, frame);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow choose(Statement.If choice, Frame frame) {
    Optional<Boolean> truth = evaluator.truth(choice.condition(), frame);
    if (truth.isPresent()) {
      return truth.get()
          ? execute(choice.then(), frame)
          : choice.otherwise().map(o -> execute(o, frame)).orElse(Flow.NEXT);
    }
    return either(
        List.of(
            () -> execute(choice.then(), frame),
            () -> choice.otherwise().map(o -> execute(o, frame)).orElse(Flow.NEXT)),
        frame);
  }

  /**
   * Control goes one of several ways. What the ways that go on leave behind is joined; what others
   * return is one of the results of the method.
   */
  private Flow either(List<Supplier<Flow>> ways, Frame frame) {
    List<Map<Mutable, Object>> goingOn = new ArrayList<>();
    List<Map<Mutable, Object>> returning = new ArrayList<>();
    List<Value> results = new ArrayList<>();
    List<Value> yielded = new ArrayList<>();
    Thrown last = null;
    for (Supplier<Flow> way : ways) {
      Journal.End<Flow> end = evaluator.journal.tried(way);
      if (end.thrown().isPresent()) {
        last = end.thrown().get();
      } else if (end.result().orElseThrow() == Flow.RETURN) {
        results.add(frame.result);
        returning.add(end.after());
      } else {
        goingOn.add(end.after());
        if (end.result().orElseThrow() == Flow.BREAK) {
          yielded.add(frame.result);
        }
      }
    }
    if (goingOn.isEmpty() && returning.isEmpty()) {
      throw java.util.Objects.requireNonNull(last);
    }
    if (goingOn.isEmpty()) {
      evaluator.journal.join(returning);
      frame.result = evaluator.joins.all(results).orElseThrow();
      return Flow.RETURN;
    }
    frame.pending.addAll(results);
    evaluator.joins.all(yielded).ifPresent(value -> frame.result = value);
    evaluator.journal.join(goingOn);
    return Flow.NEXT;
  }

  private Flow forEach(Statement.ForEach loop, Frame frame) {
    Value walked = evaluator.evaluate(loop.iterable(), frame);
    Optional<List<Value>> items = evaluator.objects.items(walked);
    boolean open = !(walked instanceof Value.Elements e) || !e.open.isEmpty();
    boolean aside = false;
    long start = evaluator.steps();
    for (Value item : items.orElse(List.of())) {
      aside = evaluator.isAside(start);
      if (aside) {
        break;
      }
      set(frame, loop.variable(), item);
      Flow flow = execute(loop.body(), frame);
      if (flow == Flow.RETURN) {
        return flow;
      }
      if (flow == Flow.BREAK) {
        return Flow.NEXT;
      }
    }
    if (items.isPresent() && !aside && !(open && walked instanceof Value.Elements)) {
      return Flow.NEXT;
    }
    Value item = evaluator.unknown(loop.type(), Paths.of(walked) + "[i]");
    return once(loop.body(), frame, () -> set(frame, loop.variable(), item));
  }

  private Flow loop(
      Optional<Expression> condition,
      List<Expression> update,
      Statement body,
      Frame frame,
      boolean bodyFirst) {
    long start = evaluator.steps();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (round > 0 || !bodyFirst) {
        Optional<Boolean> goesOn =
            condition.map(c -> evaluator.truth(c, frame)).orElse(Optional.of(true));
        if (goesOn.isEmpty() || goesOn.get() && evaluator.isAside(start)) {
          return once(
              body,
              frame,
              () -> {
                for (Expression step : update) {
                  forget(step, frame);
                }
              });
        }
        if (!goesOn.get()) {
          return Flow.NEXT;
        }
      }
      Flow flow = execute(body, frame);
      if (flow == Flow.RETURN) {
        return flow;
      }
      if (flow == Flow.BREAK || condition.isEmpty() && round > 64) {
        return Flow.NEXT;
      }
      update.forEach(u -> evaluator.evaluate(u, frame));
    }
    evaluator.trace.gap("a loop with more than " + MOST_ROUNDS + " rounds");
    return Flow.NEXT;
  }

  /** A counter may have any value. */
  private void forget(Expression step, Frame frame) {
    Expression changed = step;
    if (step instanceof Expression.Other other
        && other.form().orElse(null) instanceof dev.geminijava.passes.model.Form.Unary unary) {
      changed = unary.operand();
    } else if (step instanceof Expression.Assignment assignment) {
      changed = assignment.target();
    }
    if (changed instanceof Expression.Name name
        && frame.variables.get(name.name()) instanceof Value.Whole) {
      set(frame, name.name(), new Value.Whole(Dim.symbol(name.name())));
    }
  }

  /** A loop that runs nobody knows how often: its body stands for every round. */
  private Flow once(Statement body, Frame frame, Runnable first) {
    Map<String, Value> before = new LinkedHashMap<>(frame.variables);
    first.run();
    Flow flow = either(List.of(() -> evaluator.repeated(() -> execute(body, frame))), frame);
    Set<String> assigned = Walk.assigned(body);
    for (String name : assigned) {
      Value old = before.get(name);
      Value now = frame.variables.get(name);
      if (old != null && now != null && !old.equals(now)) {
        set(frame, name, repeated(old, now));
      }
    }
    return flow == Flow.RETURN ? flow : Flow.NEXT;
  }

  /** What a variable is after any number of rounds. */
  private Value repeated(Value before, Value after) {
    if (before instanceof Value.Array a && after instanceof Value.Array b) {
      return a.shape().equals(b.shape()) ? b : evaluator.joins.values(a, b);
    }
    boolean kept =
        before instanceof Value.Elements
            || after instanceof Value.Elements
            || before.isNull()
            || after instanceof Value.Instance;
    return kept ? after : evaluator.joins.values(before, after);
  }

  private Flow attempt(Statement.Try attempt, Frame frame) {
    Flow flow;
    try {
      flow = all(attempt.resources(), frame);
      flow = flow == Flow.NEXT ? execute(attempt.body(), frame) : flow;
    } catch (Thrown thrown) {
      if (attempt.handlers().isEmpty()) {
        throw thrown;
      }
      flow = execute(attempt.handlers().get(0), frame);
    }
    Flow end = attempt.last().map(last -> execute(last, frame)).orElse(Flow.NEXT);
    return end == Flow.NEXT ? flow : end;
  }

  private Flow other(Statement.Other statement, Frame frame) {
    Form form = statement.form().orElse(null);
    if (form instanceof Form.Inside inside) {
      Flow flow = execute(inside.body(), frame);
      return flow == Flow.RETURN ? flow : Flow.NEXT;
    }
    if (form instanceof Form.DoWhile loop) {
      return loop(Optional.of(loop.condition()), List.of(), loop.body(), frame, true);
    }
    if (form instanceof Form.Switch choice) {
      Flow flow = switched(choice, frame);
      return flow == Flow.BREAK ? Flow.NEXT : flow;
    }
    if (form instanceof Form.Yield yield) {
      frame.result = evaluator.evaluate(yield.value(), frame);
      return Flow.BREAK;
    }
    if (form instanceof Form.ConstructorCall call) {
      evaluator.objects.delegate(call, frame);
      return Flow.NEXT;
    }
    statement
        .assigned()
        .forEach(name -> set(frame, name, evaluator.unknown("", evaluator.fresh(name))));
    // A break or continue with a label.
    return statement.expressions().isEmpty() && statement.inside().isEmpty()
        ? Flow.CONTINUE
        : Flow.NEXT;
  }

  private Flow switched(Form.Switch choice, Frame frame) {
    Value selector = evaluator.evaluate(choice.selector(), frame);
    int chosen = -1;
    int fallback = -1;
    for (int i = 0; i < choice.cases().size() && chosen < 0; i++) {
      List<Expression> labels = choice.cases().get(i).labels();
      fallback = labels.isEmpty() ? i : fallback;
      for (Expression label : labels) {
        Optional<Boolean> same = Operators.same(selector, evaluator.evaluate(label, frame));
        if (same.isEmpty()) {
          return anyCase(choice, frame);
        }
        chosen = same.get() ? i : chosen;
      }
    }
    int start = chosen >= 0 ? chosen : fallback;
    return start < 0 ? Flow.NEXT : from(choice, start, frame);
  }

  private Flow anyCase(Form.Switch choice, Frame frame) {
    List<Supplier<Flow>> ways = new ArrayList<>();
    for (int i = 0; i < choice.cases().size(); i++) {
      int start = i;
      ways.add(() -> from(choice, start, frame));
    }
    return either(ways, frame);
  }

  private Flow from(Form.Switch choice, int start, Frame frame) {
    for (int i = start; i < choice.cases().size(); i++) {
      Form.Case at = choice.cases().get(i);
      boolean value =
          at.arrow() && at.body().size() == 1 && at.body().get(0) instanceof Statement.Do;
      if (value) {
        frame.result = evaluator.evaluate(((Statement.Do) at.body().get(0)).expression(), frame);
        return Flow.BREAK;
      }
      Flow flow = all(at.body(), frame);
      if (flow != Flow.NEXT || at.arrow()) {
        return flow == Flow.NEXT ? Flow.BREAK : flow;
      }
    }
    return Flow.NEXT;
  }

  /** The value of a switch. */
  Value switchValue(Form.Switch choice, Frame frame, String type) {
    Value held = frame.result;
    Frame inner = new Frame(frame.code, frame.self, frame.variables);
    switched(choice, inner);
    Value value = inner.result;
    frame.result = held;
    return value == Value.Constant.NOTHING ? evaluator.unknown(type, "switch") : value;
  }
}
