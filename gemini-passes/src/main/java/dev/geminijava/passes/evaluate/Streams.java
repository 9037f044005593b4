package dev.geminijava.passes.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** Streams, as the lists of their elements. */
final class Streams {

  static final String TYPE = "java.util.stream.Stream";

  private Streams() {}

  static Optional<Value> method(
      Value.Elements list, String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    List<Value> items = Lists.walk(list, evaluator);
    return switch (method) {
      case "stream",
          "parallelStream",
          "boxed",
          "sequential",
          "parallel",
          "sorted",
          "asLongStream",
          "asDoubleStream",
          "onClose",
          "unordered" ->
          Optional.of(of(list.items, list.open));
      case "map", "mapToInt", "mapToLong", "mapToDouble", "mapToObj" -> {
        List<Value> mapped = new ArrayList<>();
        items.forEach(item -> mapped.add(evaluator.calls.apply(first, List.of(item), "")));
        yield Optional.of(of(mapped, list.open));
      }
      case "flatMap" -> Optional.of(flat(items, first, list.open, evaluator));
      case "filter" -> Optional.of(filter(items, first, list.open, evaluator));
      case "distinct" -> Optional.of(of(List.copyOf(new LinkedHashSet<>(list.items)), list.open));
      case "limit", "skip" -> Optional.of(some(list, method, first, evaluator));
      case "peek" -> {
        Lists.each(list, first, evaluator);
        yield Optional.of(list);
      }
      case "forEachOrdered" -> {
        Lists.each(list, first, evaluator);
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "collect" -> Optional.of(evaluator.calls.apply(first, List.of(list), type));
      case "toList" -> Optional.of(Lists.copy(list, "java.util.List"));
      case "findFirst", "findAny" ->
          Optional.of(optional(items.isEmpty() ? Value.Constant.NULL : items.get(0)));
      case "anyMatch", "allMatch", "noneMatch" ->
          Optional.of(match(items, method, first, list.open, evaluator));
      case "sum" -> Optional.of(fold(list, Value.Whole.of(0), "+", type, evaluator));
      case "max", "min" -> Optional.of(optional(extreme(list, method, type, evaluator)));
      case "average" -> Optional.of(optional(new Value.Unknown("double", "average")));
      case "reduce" -> Optional.of(reduce(items, arguments, list.open, type, evaluator));
      case "orElse", "orElseThrow", "getAsInt", "getAsLong", "getAsDouble", "orElseGet" ->
          Optional.of(value(list, method, first, type, evaluator));
      case "isPresent" -> Optional.of(new Value.Constant(!list.items.isEmpty()));
      case "ifPresent" -> {
        Lists.each(list, first, evaluator);
        yield Optional.of(Value.Constant.NOTHING);
      }
      default -> Optional.empty();
    };
  }

  static Value.Elements of(List<Value> items, String open) {
    return new Value.Elements(TYPE, items, open);
  }

  /** An Optional is a stream of at most one. */
  static Value optional(Value value) {
    return new Value.Elements(
        "java.util.Optional", value.isNull() ? List.of() : List.of(value), "");
  }

  private static Value value(
      Value.Elements list, String method, Value other, String type, Evaluator evaluator) {
    if (!list.items.isEmpty()) {
      return list.items.get(0);
    }
    if (!list.open.isEmpty()) {
      return evaluator.unknown(type, list.open);
    }
    return switch (method) {
      case "orElse" -> other;
      case "orElseGet" -> evaluator.calls.apply(other, List.of(), type);
      default -> throw evaluator.thrown("takes the value of an empty Optional");
    };
  }

  private static Value flat(List<Value> items, Value function, String open, Evaluator evaluator) {
    List<Value> all = new ArrayList<>();
    String more = open;
    for (Value item : items) {
      Value inner = evaluator.calls.apply(function, List.of(item), TYPE);
      if (inner instanceof Value.Elements elements) {
        all.addAll(elements.items);
        more = more.isEmpty() ? elements.open : more;
      } else {
        more = evaluator.fresh("stream");
      }
    }
    return of(all, more);
  }

  private static Value filter(List<Value> items, Value function, String open, Evaluator evaluator) {
    List<Value> kept = new ArrayList<>();
    String more = open;
    for (Value item : items) {
      Optional<Boolean> truth = evaluator.calls.apply(function, List.of(item), "boolean").truth();
      if (truth.isEmpty()) {
        more = more.isEmpty() ? evaluator.fresh("filtered") : more;
      } else if (truth.get()) {
        kept.add(item);
      }
    }
    return of(kept, more);
  }

  private static Value some(Value.Elements list, String method, Value count, Evaluator evaluator) {
    Optional<Long> number = count.number();
    if (number.isEmpty() || !list.open.isEmpty()) {
      return of(List.of(), evaluator.fresh("stream"));
    }
    int at = (int) Math.min(number.get(), list.items.size());
    return of(
        method.equals("limit")
            ? list.items.subList(0, at)
            : list.items.subList(at, list.items.size()),
        "");
  }

  private static Value match(
      List<Value> items, String method, Value function, String open, Evaluator evaluator) {
    boolean all = method.equals("allMatch");
    boolean known = open.isEmpty();
    for (Value item : items) {
      Optional<Boolean> truth = evaluator.calls.apply(function, List.of(item), "boolean").truth();
      if (truth.isPresent() && truth.get() != all) {
        return new Value.Constant(method.equals("anyMatch"));
      }
      known &= truth.isPresent();
    }
    return known
        ? new Value.Constant(!method.equals("anyMatch"))
        : evaluator.unknown("boolean", method);
  }

  private static Value fold(
      Value.Elements list, Value start, String operator, String type, Evaluator evaluator) {
    if (!list.open.isEmpty()) {
      return evaluator.unknown(type, "sum(" + list.open + ")");
    }
    Value sum = start;
    for (Value item : list.items) {
      sum = Operators.apply(operator, type, sum, item, evaluator);
    }
    return sum;
  }

  private static Value extreme(
      Value.Elements list, String method, String type, Evaluator evaluator) {
    BinaryOperator<Long> pick = method.equals("max") ? Math::max : Math::min;
    boolean known =
        list.open.isEmpty() && list.items.stream().allMatch(i -> i.number().isPresent());
    return known
        ? list.items.stream()
            .map(i -> i.number().orElseThrow())
            .reduce(pick)
            .map(n -> (Value) Value.Whole.of(n))
            .orElse(Value.Constant.NULL)
        : evaluator.unknown(type.contains("Long") ? "long" : "", evaluator.fresh(method));
  }

  private static Value reduce(
      List<Value> items, List<Value> arguments, String open, String type, Evaluator evaluator) {
    boolean start = arguments.size() > 1;
    Value function = arguments.get(start ? 1 : 0);
    if (!open.isEmpty()) {
      return evaluator.unknown(type, "reduce(" + open + ")");
    }
    Value result = start ? arguments.get(0) : items.isEmpty() ? Value.Constant.NULL : items.get(0);
    for (Value item : start || items.isEmpty() ? items : items.subList(1, items.size())) {
      result = evaluator.calls.apply(function, List.of(result, item), "");
    }
    return start ? result : optional(result);
  }
}
