package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One run through a method: its variables, where its arguments came from, what it returned. */
final class Frame {

  /** The argument that a parameter was given. */
  record Origin(Expression argument, Frame caller) {}

  final MethodCode method;
  final Optional<Frame> caller;
  final Map<String, Origin> origins = new HashMap<>();
  final List<Value> returned = new ArrayList<>();
  final Set<Mark.Key> marks = new HashSet<>();

  /** How many conditions, loops and handlers stand around what runs now. */
  int branches;

  /** The variables that are alive; null once control cannot come here. */
  Map<String, Value> variables = new HashMap<>();

  Frame(MethodCode method, Optional<Frame> caller) {
    this.method = method;
    this.caller = caller;
  }

  boolean isReached() {
    return variables != null;
  }

  int depth() {
    return caller.map(c -> c.depth() + 1).orElse(0);
  }

  boolean runs(MethodCode other) {
    return method == other || caller.map(c -> c.runs(other)).orElse(false);
  }

  /**
   * Where to shrink a size, or slice an array, that is written here. A parameter that is read only
   * here is shrunk where its argument is passed, since here it may be used for arrays that are not
   * split, too.
   */
  Origin placeToShrink(Expression written) {
    boolean passed =
        written instanceof Expression.Name name
            && origins.containsKey(name.name())
            && reads(name.name()) == 1;
    if (!passed) {
      return new Origin(written, this);
    }
    Origin origin = origins.get(((Expression.Name) written).name());
    return origin.caller().placeToShrink(origin.argument());
  }

  private long reads(String parameter) {
    return Walk.expressions(method.body()).stream()
        .filter(e -> e instanceof Expression.Name name && name.name().equals(parameter))
        .count();
  }

  /** The values of several ways to a place become one; ways that end elsewhere do not count. */
  static Map<String, Value> joined(
      Map<String, Value> one, Map<String, Value> other, Joining joining) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    Map<String, Value> both = new HashMap<>();
    for (Map.Entry<String, Value> variable : one.entrySet()) {
      Value second = other.get(variable.getKey());
      if (second != null) {
        both.put(variable.getKey(), joining.join(variable.getValue(), second));
      }
    }
    return both;
  }

  /** The innermost braces around all places, and the statement in them that the first stands in. */
  static Statement firstOf(Statement.Block body, List<Span> places) {
    Statement.Block inner = body;
    boolean deeper = true;
    while (deeper) {
      deeper = false;
      for (Statement.Block candidate : blocksIn(inner)) {
        if (places.stream().allMatch(candidate.span()::contains)) {
          inner = candidate;
          deeper = true;
          break;
        }
      }
    }
    Span first = places.stream().min(java.util.Comparator.comparingInt(Span::start)).orElseThrow();
    return inner.statements().stream()
        .filter(s -> s.span().contains(first))
        .findFirst()
        .orElseThrow();
  }

  private static List<Statement.Block> blocksIn(Statement.Block block) {
    List<Statement.Block> blocks = new ArrayList<>();
    for (Statement child : block.statements()) {
      Walk.statements(
          child,
          s -> {
            if (s instanceof Statement.Block b && b.span().length() > 0) {
              blocks.add(b);
            }
          });
    }
    return blocks;
  }
}
