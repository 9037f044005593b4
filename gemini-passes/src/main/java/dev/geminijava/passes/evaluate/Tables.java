package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Maps. */
final class Tables {

  private static final String ENTRY = "java.util.Map.Entry";

  private Tables() {}

  static Optional<Value> method(
      Value.Table map, String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value key = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    Value found = map.entries.get(key);
    return switch (method) {
      case "put", "putIfAbsent" -> {
        evaluator.journal.before(map);
        if (method.equals("put") || found == null) {
          map.entries.put(key, arguments.get(1));
        }
        grown(map, key);
        yield Optional.of(found == null ? Value.Constant.NULL : found);
      }
      case "putAll" -> {
        evaluator.journal.before(map);
        if (key instanceof Value.Table other) {
          map.entries.putAll(other.entries);
          map.open = map.open.isEmpty() ? other.open : map.open;
        } else {
          map.open = Paths.of(key);
        }
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "get", "getOrDefault", "remove" ->
          Optional.of(get(map, method, key, found, arguments, type, evaluator));
      case "computeIfAbsent" -> {
        evaluator.journal.before(map);
        Value made =
            found != null ? found : evaluator.calls.apply(arguments.get(1), List.of(key), type);
        map.entries.put(key, made);
        grown(map, key);
        yield Optional.of(made);
      }
      case "containsKey", "containsValue" -> {
        boolean there =
            method.equals("containsKey") ? found != null : map.entries.containsValue(key);
        yield Optional.of(
            there || map.open.isEmpty() && !(key instanceof Value.Unknown)
                ? new Value.Constant(there)
                : evaluator.unknown("boolean", method));
      }
      case "size" ->
          Optional.of(
              map.open.isEmpty() ? Value.Whole.of(map.entries.size()) : size(map, evaluator));
      case "isEmpty" ->
          Optional.of(
              map.open.isEmpty()
                  ? new Value.Constant(map.entries.isEmpty())
                  : evaluator.unknown("boolean", method));
      case "values" -> Optional.of(list(List.copyOf(map.entries.values()), map.open));
      case "keySet" -> Optional.of(list(List.copyOf(map.entries.keySet()), map.open));
      case "entrySet" -> Optional.of(list(entries(map), map.open));
      case "forEach" -> {
        new LinkedHashMap<>(map.entries)
            .forEach((k, v) -> evaluator.calls.apply(key, List.of(k, v), "void"));
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "clear" -> {
        evaluator.journal.before(map);
        map.entries.clear();
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "merge", "compute" -> {
        evaluator.journal.before(map);
        map.entries.put(key, evaluator.unknown(type, method + "(" + Paths.of(key) + ")"));
        grown(map, key);
        yield Optional.of(map.entries.get(key));
      }
      default -> Optional.empty();
    };
  }

  /** A key that is not known stands for any number of them. */
  private static void grown(Value.Table map, Value key) {
    map.size = Optional.empty();
    boolean certain = key instanceof Value.Whole whole ? whole.dim().isNumber() : isOne(key);
    if (!certain && map.open.isEmpty()) {
      map.open = Paths.of(key);
    }
  }

  private static boolean isOne(Value key) {
    return !(key instanceof Value.Unknown || key instanceof Value.Choice);
  }

  /** A size that only a run knows has the name that the program first gives it. */
  private static Value size(Value.Table map, Evaluator evaluator) {
    Trace.Place place = evaluator.trace.place();
    String name = place.file().text(place.span()).replaceAll("\\s+", "");
    map.size = map.size.or(() -> Optional.of(new Value.Whole(Dim.symbol(name))));
    return map.size.get();
  }

  private static Value.Elements list(List<Value> items, String open) {
    return new Value.Elements("java.util.List", items, open);
  }

  private static List<Value> entries(Value.Table map) {
    List<Value> entries = new ArrayList<>();
    map.entries.forEach(
        (key, value) -> {
          Value.Instance entry = new Value.Instance(ENTRY, "");
          entry.fields.put("key", key);
          entry.fields.put("value", value);
          entries.add(entry);
        });
    return entries;
  }

  private static Value get(
      Value.Table map,
      String method,
      Value key,
      Value found,
      List<Value> arguments,
      String type,
      Evaluator evaluator) {
    if (method.equals("remove")) {
      evaluator.journal.before(map);
      map.entries.remove(key);
    }
    if (found != null) {
      return found;
    }
    boolean known = map.open.isEmpty() && !(key instanceof Value.Unknown);
    if (known) {
      return method.equals("getOrDefault") ? arguments.get(1) : Value.Constant.NULL;
    }
    return evaluator.unknown(type, Paths.of(map) + "." + Paths.of(key));
  }
}
