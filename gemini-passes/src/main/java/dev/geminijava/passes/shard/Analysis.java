package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One attempt at a class: what is known of its fields, and the marks collected so far. */
final class Analysis {

  /** A size that an array has only if a certain axis of it is not the split one. */
  private record Assumption(Dim size, Runnable otherwise) {}

  /** A visit to a method, by the marks that it needs. */
  record Visit(MethodCode method, Optional<Span> call, Set<Mark.Key> marks) {}

  /** A local variable or parameter, alive from an offset on, whose size is known. */
  record LocalSize(MethodCode method, String name, int from, Dim size) {}

  final ProgramCode program;
  final ClassCode code;
  final RuleTable rules;
  final Choices choices;
  final Fields allFields;
  final Set<Span> wide = new HashSet<>();
  final Map<String, Value> fields;
  final Map<Mark.Key, Mark> marks = new LinkedHashMap<>();
  final List<Visit> visits = new ArrayList<>();
  final Set<LocalSize> sizes = new LinkedHashSet<>();
  final List<Frame> running = new ArrayList<>();
  final List<Flow> sinks = new ArrayList<>();
  final Sums sums = new Sums(this);
  final Deque<Rounds> rounds = new ArrayDeque<>();
  final Map<Span, Expression> layers = new LinkedHashMap<>();
  final Map<Span, LayerUse> uses = new LinkedHashMap<>();
  private final List<Assumption> assumptions = new ArrayList<>();
  private final Set<Dim> confirmed = new HashSet<>();
  private final String prefix;
  private int names;

  Analysis(
      ProgramCode program,
      ClassCode code,
      RuleTable rules,
      Fields allFields,
      Map<String, Value> fields,
      Choices choices,
      String prefix) {
    this.prefix = prefix;
    this.program = program;
    this.code = code;
    this.rules = rules;
    this.allFields = allFields;
    this.fields = fields;
    this.choices = choices;
  }

  /** A name that nothing else has, as long as no other analysis of the class has the prefix. */
  String fresh() {
    return prefix + names++;
  }

  Joining joining() {
    return new Joining(this::fresh, sums::settled);
  }

  /** Asks for an insertion. */
  void mark(Frame frame, Mark mark) {
    Mark.Key key = mark.key();
    Mark before = marks.get(key);
    if (before != null && !before.says(mark)) {
      throw new Refusal(
          mark.span(),
          "this is reached in ways that would have to be split differently",
          mark.flow().and(before.flow()).sources());
    }
    marks.put(key, before == null ? mark : before.with(mark.flow()));
    for (Frame at = frame; at != null; at = at.caller.orElse(null)) {
      if (at.method == mark.method()) {
        at.marks.add(key);
      }
    }
  }

  /** Fails at a place of another class, into which nothing can be inserted. */
  void checkHere(Frame frame, Span span, Flow flow) {
    if (!isHere(frame.method)) {
      throw new Refusal(
          span,
          frame.method.name() + " of another class would have to know that its argument is split",
          flow.sources());
    }
  }

  /** A split ends: what follows is the same on every rank. */
  void sink(Flow flow) {
    sinks.add(flow);
  }

  /** Takes note that a size is right only if its axis is not the one that is split. */
  void assume(Dim size, Runnable otherwise) {
    assumptions.add(new Assumption(size, otherwise));
  }

  /** The program's own shapes show that an assumption about a size holds. */
  void confirm(Dim size) {
    confirmed.add(size);
  }

  /** Does what is to be done where something was assumed that nothing confirmed. */
  void checkAssumptions() {
    assumptions.stream()
        .filter(assumption -> !confirmed.contains(assumption.size()))
        .forEach(assumption -> assumption.otherwise().run());
  }

  /** What is not known about a value that all ranks share. */
  Value unknown(String type) {
    return switch (type) {
      case Djl.NDARRAY -> Value.Array.whole(Extents.open(fresh()));
      case Djl.NDLIST -> new Value.Bundle(fresh());
      case "int", "long", "short" -> new Value.Size(Dim.symbol(fresh()));
      default ->
          program.isSubtype(type, Djl.BLOCK)
              ? new Value.Layer(type, Map.of(), fresh())
              : Value.Host.UNKNOWN;
    };
  }

  /** A method of the program that nobody can replace, if there is exactly one that fits. */
  Optional<MethodCode> ownMethod(Expression.Call call) {
    boolean here =
        program.isSubtype(code.name(), call.declaring())
            && call.receiver().map(Expression.This.class::isInstance).orElse(true);
    List<MethodCode> fitting =
        program.classes().stream()
            .filter(c -> c.name().equals(call.declaring()))
            .flatMap(c -> c.methods().stream())
            .filter(m -> m.name().equals(call.method()))
            .filter(m -> m.parameters().size() == call.arguments().size() && !m.varArgs())
            .filter(m -> here ? isFixed(m) : m.modifiers().contains("static"))
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  /** Whether no subclass, here or elsewhere, can have another method in its place. */
  private boolean isFixed(MethodCode method) {
    Set<String> modifiers = method.modifiers();
    Set<String> ofClass = code.frame().modifiers();
    boolean seenOutside = ofClass.contains("public") || ofClass.contains("protected");
    boolean closed = ofClass.contains("final") || !seenOutside;
    return method.isPrivate()
        || modifiers.contains("static")
        || modifiers.contains("final")
        || closed
            && program.classes().stream()
                .noneMatch(
                    c -> !c.name().equals(code.name()) && program.isSubtype(c.name(), code.name()))
            && program.anonymous().stream()
                .noneMatch(c -> program.isSubtype(c.frame().superclass(), code.name()));
  }

  /** Whether a method stands in the class that is looked at, where something may be inserted. */
  boolean isHere(MethodCode method) {
    return code.methods().contains(method) || code.constructors().contains(method);
  }

  /** All visits of a method. */
  Map<MethodCode, List<Visit>> visitsByMethod() {
    Map<MethodCode, List<Visit>> byMethod = new HashMap<>();
    visits.forEach(v -> byMethod.computeIfAbsent(v.method(), m -> new ArrayList<>()).add(v));
    return byMethod;
  }
}
