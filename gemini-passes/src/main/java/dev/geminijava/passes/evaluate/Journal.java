package dev.geminijava.passes.evaluate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What branches change. Where a condition is not known, each branch runs on the state before it,
 * and what they leave behind is joined.
 */
final class Journal {

  private Deque<Map<Mutable, Object>> levels = new ArrayDeque<>();
  private final Joins joins;

  Journal(Joins joins) {
    this.joins = joins;
  }

  /** Is told of every change before it is made. */
  void before(Mutable changed) {
    if (!levels.isEmpty()) {
      levels.peek().computeIfAbsent(changed, Mutable::snapshot);
    }
  }

  /** Runs something whose changes belong to no branch. */
  <T> T apart(Supplier<T> action) {
    Deque<Map<Mutable, Object>> held = levels;
    levels = new ArrayDeque<>();
    try {
      return action.get();
    } finally {
      levels = held;
    }
  }

  /** How a branch ended. */
  record End<T>(Optional<T> result, Optional<Thrown> thrown, Map<Mutable, Object> after) {}

  /** Runs a branch and undoes what it changed. */
  <T> End<T> tried(Supplier<T> branch) {
    levels.push(new IdentityHashMap<>());
    Optional<T> result = Optional.empty();
    Optional<Thrown> thrown = Optional.empty();
    try {
      result = Optional.of(branch.get());
    } catch (Thrown end) {
      thrown = Optional.of(end);
    }
    Map<Mutable, Object> before = levels.pop();
    Map<Mutable, Object> after = new IdentityHashMap<>();
    before.forEach((mutable, state) -> after.put(mutable, mutable.snapshot()));
    before.forEach(Mutable::restore);
    return new End<>(result, thrown, after);
  }

  /** Makes the state what some branches leave behind. */
  void join(List<Map<Mutable, Object>> branches) {
    Set<Mutable> touched = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    branches.forEach(branch -> touched.addAll(branch.keySet()));
    for (Mutable mutable : touched) {
      before(mutable);
      List<Object> states = new ArrayList<>();
      for (Map<Mutable, Object> branch : branches) {
        states.add(branch.containsKey(mutable) ? branch.get(mutable) : mutable.snapshot());
      }
      Object joined = states.get(0);
      for (Object state : states.subList(1, states.size())) {
        joined = joins.states(joined, state);
      }
      mutable.restore(joined);
    }
  }
}
