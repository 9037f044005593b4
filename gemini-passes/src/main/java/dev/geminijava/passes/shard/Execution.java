package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements of a method, in order: what every variable may be after each. */
final class Execution {

  private final Analysis analysis;
  private final Frame frame;
  private final Interpreter interpreter;

  Execution(Analysis analysis, Frame frame) {
    this.analysis = analysis;
    this.frame = frame;
    this.interpreter = new Interpreter(analysis, frame);
  }

  /** Runs the whole method. */
  void run() {
    analysis.running.add(frame);
    execute(frame.method.body());
    analysis.running.remove(analysis.running.size() - 1);
  }

  /** Runs a method that anybody may call: everything that comes in and goes out is whole. */
  static Frame entry(Analysis analysis, MethodCode method) {
    Frame frame = new Frame(method, Optional.empty());
    for (MethodCode.Parameter parameter : method.parameters()) {
      frame.variables.put(parameter.name(), argument(analysis, method, parameter));
    }
    new Execution(analysis, frame).run();
    frame.returned.replaceAll(analysis.sums::settled);
    for (Value value : frame.returned) {
      List<? extends Value> parts =
          value instanceof Value.Arrays list ? list.items() : List.of(value);
      for (Value part : parts) {
        if (part.isSplit()) {
          throw new Refusal(
                  part.sources().iterator().next(),
                  "its result goes out of " + method.name() + " and no layer there takes it split",
                  part.sources())
              .joinable();
        }
      }
    }
    analysis.visits.add(new Analysis.Visit(method, Optional.empty(), frame.marks));
    return frame;
  }

  /** What a constructor is given is what the class calls it; a forward's numbers have no name. */
  private static Value argument(
      Analysis analysis, MethodCode method, MethodCode.Parameter parameter) {
    boolean constructor = method.name().equals("<init>");
    return switch (parameter.type()) {
      case Djl.NDLIST -> new Value.Bundle(parameter.name());
      case Djl.NDARRAY -> Value.Array.whole(Extents.open(parameter.name()));
      case "int", "long" ->
          new Value.Size(Dim.symbol(constructor ? parameter.name() : analysis.fresh()));
      default ->
          analysis.program.isSubtype(parameter.type(), Djl.BLOCK)
              ? new Value.Layer(parameter.type(), Map.of(), parameter.name())
              : constructor ? new Value.Host(parameter.name()) : Value.Host.UNKNOWN;
    };
  }

  private void execute(Statement statement) {
    if (!frame.isReached()) {
      return;
    }
    boolean branches = !(statement instanceof Statement.Block) && !statement.statements().isEmpty();
    frame.branches += branches ? 1 : 0;
    step(statement);
    frame.branches -= branches ? 1 : 0;
  }

  private void step(Statement statement) {
    if (statement instanceof Statement.Local local) {
      declare(local);
    } else if (statement instanceof Statement.Do action) {
      interpreter.evaluate(action.expression());
    } else if (statement instanceof Statement.Block block) {
      block.statements().forEach(this::execute);
    } else if (statement instanceof Statement.If choice) {
      choose(choice);
    } else if (statement instanceof Statement.ForEach loop) {
      walk(loop);
    } else if (statement instanceof Statement.Loop loop) {
      loop.first().forEach(this::execute);
      Optional<Rounds> counted = Rounds.counted(loop, interpreter);
      repeat(
          loop,
          counted,
          () -> {
            counted.ifPresent(
                rounds ->
                    rounds
                        .variable()
                        .ifPresent(
                            name -> frame.variables.put(name, new Value.Size(rounds.round()))));
            body(loop);
          });
    } else if (statement instanceof Statement.Try attempt) {
      attempt(attempt);
    } else if (statement instanceof Statement.Return end) {
      end.value().ifPresent(v -> frame.returned.add(interpreter.unsettled(v)));
      frame.variables = null;
    } else if (statement instanceof Statement.Throw || statement instanceof Statement.Jump) {
      // After a jump the loop goes on or ends, with variables that the loop has checked.
      checkWhole(statement.span(), statement instanceof Statement.Jump);
      frame.variables = null;
    } else if (statement instanceof Statement.Other other) {
      interpreter
          .values(other.expressions())
          .forEach(v -> interpreter.refuseSplit(other.span(), "is used by a statement", v));
      other.assigned().forEach(interpreter::forget);
    }
  }

  private void declare(Statement.Local local) {
    Value value =
        local
            .value()
            .map(interpreter::unsettled)
            .map(v -> interpreter.kept(v, local.span()))
            .orElse(Value.Host.UNKNOWN);
    frame.variables.put(local.name(), value);
    if (value instanceof Value.Size size) {
      analysis.sizes.add(
          new Analysis.LocalSize(frame.method, local.name(), local.span().end(), size.dim()));
    }
  }

  private void walk(Statement.ForEach loop) {
    Value list = interpreter.evaluate(loop.iterable());
    Optional<List<Value>> written = written(list).filter(items -> !leaves(loop));
    if (written.isPresent()) {
      each(loop, written.get());
      return;
    }
    Optional<Rounds> shared =
        list instanceof Value.Turns pieces
            ? Optional.of(Rounds.over(pieces, loop, interpreter))
            : Optional.empty();
    if (shared.isEmpty()) {
      interpreter.refuseSplit(loop.iterable().span(), "is walked by a loop", list);
    }
    repeat(
        loop,
        shared,
        () -> {
          frame.variables.put(
              loop.variable(),
              list instanceof Value.Turns pieces
                  ? shared.orElseThrow().piece(pieces.item())
                  : element(loop));
          execute(loop.body());
        });
  }

  /** The elements of what is written out, some of which are split. */
  private static Optional<List<Value>> written(Value list) {
    if (!list.isSplit()) {
      return Optional.empty();
    }
    if (list instanceof Value.Items items) {
      return Optional.of(items.values());
    }
    return list instanceof Value.Arrays arrays
        ? Optional.of(List.copyOf(arrays.items()))
        : Optional.empty();
  }

  private static boolean leaves(Statement.ForEach loop) {
    List<Statement> leaving = new ArrayList<>();
    Walk.statements(
        loop.body(),
        s -> {
          if (s instanceof Statement.Jump
              || s instanceof Statement.Return
              || s instanceof Statement.Throw) {
            leaving.add(s);
          }
        });
    return !leaving.isEmpty();
  }

  /** A loop over what is written out is its body once for each, which has to fit all of them. */
  private void each(Statement.ForEach loop, List<Value> items) {
    // The body certainly runs.
    frame.branches--;
    Set<Mark.Key> before = Set.copyOf(frame.marks);
    List<Set<Mark.Key>> rounds = new ArrayList<>();
    for (Value item : items) {
      frame.marks.removeIf(key -> loop.body().span().contains(key.span()));
      frame.variables.put(loop.variable(), item);
      execute(loop.body());
      rounds.add(
          frame.marks.stream()
              .filter(key -> loop.body().span().contains(key.span()))
              .collect(Collectors.toSet()));
    }
    frame.marks.addAll(before);
    frame.branches++;
    if (rounds.stream().distinct().count() > 1) {
      throw new Refusal(
          loop.iterable().span(),
          "is walked by a loop that would have to treat some of it as split and some as whole",
          Interpreter.sources(items));
    }
  }

  private Value element(Statement.ForEach loop) {
    return analysis.unknown(loop.type());
  }

  private void choose(Statement.If choice) {
    Value condition = interpreter.evaluate(choice.condition());
    interpreter.refuseSplit(choice.condition().span(), "decides about", condition);
    Map<String, Value> before = interpreter.copy();
    execute(choice.then());
    Map<String, Value> after = frame.variables;
    frame.variables = before;
    choice.otherwise().ifPresent(this::execute);
    frame.variables = Frame.joined(after, frame.variables, analysis.joining());
  }

  private void body(Statement.Loop loop) {
    loop.condition()
        .ifPresent(
            c -> interpreter.refuseSplit(c.span(), "decides about", interpreter.evaluate(c)));
    execute(loop.body());
    if (frame.isReached()) {
      interpreter.values(loop.update());
    }
  }

  /** A loop may begin, carry and end a split inside each round, but none from one to the next. */
  private void repeat(Statement loop, Optional<Rounds> rounds, Runnable round) {
    rounds.ifPresent(r -> r.begin(interpreter.copy()));
    List<String> changed =
        Walk.assigned(loop).stream().filter(frame.variables::containsKey).toList();
    changed.forEach(interpreter::forget);
    Map<String, Value> before = interpreter.copy();
    rounds.ifPresent(analysis.rounds::push);
    round.run();
    rounds.ifPresent(r -> analysis.rounds.pop());
    if (frame.isReached()) {
      changed.forEach(
          name -> {
            Value value = frame.variables.get(name);
            interpreter.refuseSplit(
                loop.span(), "goes from one round of a loop to the next", value);
          });
    }
    frame.variables = new HashMap<>(before);
    changed.forEach(interpreter::forget);
    rounds.ifPresent(r -> r.check(analysis));
    rounds.ifPresent(r -> frame.variables.putAll(r.filled()));
  }

  private void attempt(Statement.Try attempt) {
    Map<String, Value> before = interpreter.copy();
    attempt.resources().forEach(this::execute);
    execute(attempt.body());
    Map<String, Value> after = frame.variables;
    List<String> changed =
        Walk.assigned(attempt.body()).stream().filter(before::containsKey).toList();
    for (Statement handler : attempt.handlers()) {
      frame.variables = new HashMap<>(before);
      changed.forEach(interpreter::forget);
      execute(handler);
      after = Frame.joined(after, frame.variables, analysis.joining());
    }
    frame.variables = after;
    if (attempt.last().isPresent()) {
      boolean reached = frame.isReached();
      frame.variables = reached ? frame.variables : new HashMap<>(before);
      execute(attempt.last().get());
      frame.variables = reached ? frame.variables : null;
    }
  }

  private void checkWhole(Span span, boolean jump) {
    if (jump) {
      frame
          .variables
          .values()
          .forEach(v -> interpreter.refuseSplit(span, "is alive where a loop is left", v));
    }
  }
}
