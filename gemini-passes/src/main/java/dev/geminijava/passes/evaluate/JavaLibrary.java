package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What evaluation knows of Java's own classes. */
final class JavaLibrary {

  private static final Pattern LIST =
      Pattern.compile(
          "java\\.util\\.(concurrent\\.)?(ArrayList|LinkedList|Vector|Stack|ArrayDeque"
              + "|HashSet|LinkedHashSet|TreeSet|CopyOnWriteArrayList|PriorityQueue)");
  private static final Pattern MAP =
      Pattern.compile(
          "java\\.util\\.(concurrent\\.)?(HashMap|LinkedHashMap|TreeMap|ConcurrentHashMap"
              + "|Hashtable|IdentityHashMap|EnumMap)");
  private static final Set<String> CONSTANTS =
      Set.of(
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.lang.Math",
          "java.lang.Byte",
          "java.lang.Short");

  private JavaLibrary() {}

  /** The value of a constant of Java's. */
  static Optional<Value> constant(Expression.Field field) {
    if (!CONSTANTS.contains(field.declaring())) {
      return Optional.empty();
    }
    try {
      Object value = Class.forName(field.declaring()).getField(field.name()).get(null);
      if (value instanceof Float || value instanceof Double) {
        return Optional.of(new Value.Constant(((java.lang.Number) value).doubleValue()));
      }
      return value instanceof java.lang.Number number
          ? Optional.of(Value.Whole.of(number.longValue()))
          : Optional.empty();
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  /** A new object of one of Java's classes, or of DJL's that are like them. */
  static Optional<Value> create(
      String type, List<Value> arguments, Expression.Creation creation, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    if (LIST.matcher(type).matches() || type.equals(Djl.NDLIST)) {
      return Optional.of(list(type, arguments, evaluator));
    }
    if (MAP.matcher(type).matches()) {
      Value.Table made = new Value.Table(type);
      if (first instanceof Value.Table other) {
        made.entries.putAll(other.entries);
        made.open = other.open;
      }
      return Optional.of(made);
    }
    if (type.equals(Djl.SHAPE)) {
      return Optional.of(Shapes.create(arguments, evaluator));
    }
    if (type.startsWith("java.util.concurrent.atomic.Atomic")) {
      return Optional.of(
          new Value.Elements(type, List.of(arguments.isEmpty() ? Value.Whole.of(0) : first), ""));
    }
    return type.equals(Djl.NDINDEX)
        ? Optional.of(new Value.Elements(type, arguments, ""))
        : Optional.empty();
  }

  private static Value list(String type, List<Value> arguments, Evaluator evaluator) {
    Value.Elements made = new Value.Elements(type, List.of(), "");
    for (Value argument : arguments) {
      Optional<List<Value>> items = evaluator.objects.items(argument);
      if (items.isPresent()) {
        made.items.addAll(items.get());
        made.open =
            argument instanceof Value.Elements e && made.open.isEmpty() ? e.open : made.open;
      } else if (argument instanceof Value.Array) {
        made.items.add(argument);
      } else if (!(argument instanceof Value.Whole) && !argument.isNull()) {
        made.open = Paths.of(argument);
      }
    }
    return made;
  }

  /** A method of a value that is not an object of a class with source. */
  static Optional<Value> method(
      Value receiver, String method, List<Value> arguments, String type, Evaluator evaluator) {
    if (receiver instanceof Value.Elements elements) {
      if (elements.type.startsWith("java.util.concurrent.atomic.Atomic")) {
        return atomic(elements, method, arguments, evaluator);
      }
      return Lists.method(elements, method, arguments, type, evaluator)
          .or(() -> common(receiver, method, arguments, evaluator));
    }
    if (receiver instanceof Value.Table table) {
      return Tables.method(table, method, arguments, type, evaluator)
          .or(() -> common(receiver, method, arguments, evaluator));
    }
    if (receiver instanceof Value.Whole || Operators.fraction(receiver).isPresent()) {
      return number(receiver, method).or(() -> common(receiver, method, arguments, evaluator));
    }
    if (receiver.text().isPresent()) {
      return Texts.method(receiver.text().get(), method, arguments)
          .or(() -> common(receiver, method, arguments, evaluator));
    }
    if (receiver instanceof Value.Type named) {
      return switch (method) {
        case "getSimpleName" ->
            Optional.of(
                new Value.Constant(named.name().substring(named.name().lastIndexOf('.') + 1)));
        case "getName", "getCanonicalName" -> Optional.of(new Value.Constant(named.name()));
        default -> Optional.empty();
      };
    }
    return common(receiver, method, arguments, evaluator);
  }

  private static Optional<Value> atomic(
      Value.Elements held, String method, List<Value> arguments, Evaluator evaluator) {
    Value before = held.items.get(0);
    evaluator.journal.before(held);
    Value one = Value.Whole.of(method.toLowerCase(Locale.ROOT).contains("decrement") ? -1 : 1);
    boolean adds = method.contains("crement") || method.contains("Add");
    if (adds || method.equals("set")) {
      Value added = arguments.isEmpty() ? one : arguments.get(0);
      held.items.set(
          0, method.equals("set") ? added : Operators.apply("+", "int", before, added, evaluator));
    }
    return Optional.of(method.startsWith("getAnd") ? before : held.items.get(0));
  }

  private static Optional<Value> number(Value receiver, String method) {
    return switch (method) {
      case "intValue", "longValue", "shortValue", "byteValue" ->
          Optional.of(
              receiver instanceof Value.Whole
                  ? receiver
                  : Value.Whole.of(Operators.fraction(receiver).orElseThrow().longValue()));
      case "doubleValue", "floatValue" ->
          Optional.of(
              Operators.fraction(receiver)
                  .map(f -> (Value) new Value.Constant(f))
                  .orElse(receiver));
      default -> Optional.empty();
    };
  }

  /** What every object has. */
  private static Optional<Value> common(
      Value receiver, String method, List<Value> arguments, Evaluator evaluator) {
    return switch (method) {
      case "equals" ->
          Optional.of(
              Operators.same(receiver, arguments.get(0))
                  .map(s -> (Value) new Value.Constant(s))
                  .orElseGet(() -> evaluator.unknown("boolean", "equals")));
      case "getClass" -> Optional.of(new Value.Type(Paths.type(receiver)));
      case "toString" ->
          Optional.of(
              Operators.printed(receiver)
                  .map(s -> (Value) new Value.Constant(s))
                  .orElseGet(() -> evaluator.unknown("java.lang.String", Paths.of(receiver))));
      default -> Optional.empty();
    };
  }

  /** What an object that can be walked through has from {@code Iterable}. */
  private static Optional<Value> ofItems(
      Value.Instance receiver, String method, List<Value> arguments, Evaluator evaluator) {
    return evaluator
        .objects
        .items(receiver)
        .map(items -> new Value.Elements("java.lang.Iterable", items, ""))
        .flatMap(items -> Lists.method(items, method, arguments, "", evaluator));
  }

  /** A method that a class with source has from Java. */
  static Optional<Value> ofObject(
      Value.Instance receiver, String method, List<Value> arguments, Evaluator evaluator) {
    Value name = receiver.fields.get("$name");
    return switch (method) {
      case "name" -> Optional.ofNullable(name);
      case "ordinal" -> Optional.ofNullable(receiver.fields.get("$ordinal"));
      case "getKey" -> Optional.ofNullable(receiver.fields.get("key"));
      case "getValue" -> Optional.ofNullable(receiver.fields.get("value"));
      case "toString" ->
          Optional.of(
              name != null ? name : evaluator.unknown("java.lang.String", Paths.of(receiver)));
      default -> {
        Optional<Value> component =
            arguments.isEmpty()
                ? Optional.ofNullable(receiver.fields.get(receiver.type + "." + method))
                : Optional.empty();
        yield component
            .or(() -> ofItems(receiver, method, arguments, evaluator))
            .or(() -> common(receiver, method, arguments, evaluator));
      }
    };
  }

  /** A static method of one of Java's classes. */
  static Optional<Value> fixed(
      String declaring, String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    return switch (declaring) {
      case "java.lang.Math", "java.lang.StrictMath" ->
          Texts.math(method, arguments, type, evaluator);
      case "java.util.Arrays",
          "java.util.List",
          "java.util.Set",
          "java.util.Collections",
          "java.util.stream.Stream",
          "java.util.stream.IntStream",
          "java.util.stream.LongStream" ->
          collection(method, arguments, type, evaluator);
      case "java.util.stream.Collectors" ->
          Optional.of(
              new Value.Function(
                  given -> collected(method, (Value.Elements) given.get(0), arguments, evaluator)));
      case "java.util.Objects" -> {
        yield switch (method) {
          case "requireNonNull" -> {
            if (first.isNull()) {
              throw evaluator.thrown("requires what is null");
            }
            yield Optional.of(first);
          }
          case "requireNonNullElse" -> Optional.of(first.isNull() ? arguments.get(1) : first);
          case "isNull", "nonNull" ->
              Operators.same(first, Value.Constant.NULL)
                  .map(s -> new Value.Constant(s == method.equals("isNull")));
          default -> Optional.empty();
        };
      }
      case "java.util.Optional" -> Optional.of(Streams.optional(first));
      case "java.util.function.Function" -> Optional.of(new Value.Function(given -> given.get(0)));
      case "java.lang.String",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.lang.Boolean" ->
          Texts.fixed(method, arguments, type, evaluator);
      case "java.lang.System" -> Copying.method(method, arguments, evaluator);
      default -> Optional.empty();
    };
  }

  private static Optional<Value> collection(
      String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    return switch (method) {
      case "asList",
          "of",
          "unmodifiableList",
          "unmodifiableSet",
          "stream",
          "copyOf",
          "copyOfRange",
          "singletonList",
          "singleton",
          "unmodifiableCollection",
          "synchronizedList" ->
          viewed(method, arguments, type, evaluator);
      case "emptyList", "emptySet", "empty" -> Optional.of(new Value.Elements(type, List.of(), ""));
      case "range", "rangeClosed" -> Optional.of(range(arguments, method.equals("rangeClosed")));
      case "concat" -> {
        Value.Elements both = Streams.of(List.of(), "");
        arguments.forEach(a -> Lists.method(both, "addAll", List.of(a), "boolean", evaluator));
        yield Optional.of(both);
      }
      case "reverse" -> {
        if (first instanceof Value.Elements list) {
          Lists.reverse(list, evaluator);
        }
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "nCopies" ->
          first
              .number()
              .filter(n -> n < 10_000)
              .map(
                  n ->
                      new Value.Elements(
                          type, java.util.Collections.nCopies(n.intValue(), arguments.get(1)), ""));
      case "fill" -> {
        if (first instanceof Value.Elements array) {
          evaluator.journal.before(array);
          array.items.replaceAll(i -> arguments.get(arguments.size() - 1));
        }
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "addAll" ->
          first instanceof Value.Elements list
              ? Lists.method(list, "addAll", List.of(arguments.get(1)), type, evaluator)
              : Optional.empty();
      case "equals" -> Optional.of(evaluator.unknown("boolean", "equals"));
      default -> Optional.empty();
    };
  }

  /** The elements of something as a list, or what is given as its elements. */
  private static Optional<Value> viewed(
      String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    if (method.startsWith("copyOf") && first instanceof Value.Elements array) {
      return Optional.of(copyOf(array, arguments, type, evaluator));
    }
    if (arguments.size() == 1 && first instanceof Value.Elements elements) {
      return Optional.of(Lists.copy(elements, type));
    }
    if (arguments.size() == 3 && method.equals("stream")) {
      return Lists.method(
          (Value.Elements) first, "subList", arguments.subList(1, 3), type, evaluator);
    }
    boolean vague = first instanceof Value.Unknown && method.startsWith("unmodif");
    return vague ? Optional.of(first) : Optional.of(new Value.Elements(type, arguments, ""));
  }

  private static Value copyOf(
      Value.Elements array, List<Value> arguments, String type, Evaluator evaluator) {
    boolean range = arguments.size() == 3;
    if (arguments.size() == 1) {
      return Lists.copy(array, type);
    }
    Optional<Long> from = range ? arguments.get(1).number() : Optional.of(0L);
    Optional<Long> to = arguments.get(range ? 2 : 1).number();
    if (from.isEmpty() || to.isEmpty() || !array.open.isEmpty()) {
      return new Value.Elements(type, List.of(), evaluator.fresh("copy"));
    }
    List<Value> items = new ArrayList<>();
    for (int i = from.get().intValue(); i < to.get() && i < 100_000; i++) {
      items.add(i < array.items.size() ? array.items.get(i) : Evaluator.zero(array.elementType()));
    }
    return new Value.Elements(type, items, "");
  }

  private static Value range(List<Value> arguments, boolean closed) {
    Optional<Long> from = arguments.get(0).number();
    Optional<Long> to = arguments.get(1).number();
    if (from.isEmpty() || to.isEmpty() || to.get() - from.get() > 10_000) {
      return new Value.Elements("int[]", List.of(), "i");
    }
    List<Value> items = new ArrayList<>();
    for (long i = from.get(); i < to.get() + (closed ? 1 : 0); i++) {
      items.add(Value.Whole.of(i));
    }
    return Streams.of(items, "");
  }

  private static Value collected(
      String method, Value.Elements items, List<Value> arguments, Evaluator evaluator) {
    return switch (method) {
      case "joining" -> {
        String separator = arguments.isEmpty() ? "" : arguments.get(0).text().orElse("");
        List<String> texts = new ArrayList<>();
        for (Value item : items.items) {
          texts.add(Operators.printed(item).orElse(Paths.of(item)));
        }
        yield new Value.Constant(String.join(separator, texts));
      }
      case "toMap" -> {
        Value.Table map = new Value.Table("java.util.HashMap");
        for (Value item : items.items) {
          map.entries.put(
              evaluator.calls.apply(arguments.get(0), List.of(item), ""),
              evaluator.calls.apply(arguments.get(1), List.of(item), ""));
        }
        map.open = items.open;
        yield map;
      }
      case "toCollection" -> {
        Value made = evaluator.calls.apply(arguments.get(0), List.of(), "");
        if (made instanceof Value.Elements list) {
          Lists.method(list, "addAll", List.of(items), "boolean", evaluator);
        }
        yield made;
      }
      case "toList", "toSet", "toUnmodifiableList", "toUnmodifiableSet" ->
          Lists.copy(items, "java.util.List");
      default -> evaluator.unknown("", evaluator.fresh(method));
    };
  }

  /** Copying from array to array. */
  private static final class Copying {
    static Optional<Value> method(String method, List<Value> arguments, Evaluator evaluator) {
      boolean copies =
          method.equals("arraycopy")
              && arguments.get(0) instanceof Value.Elements
              && arguments.get(2) instanceof Value.Elements;
      if (!copies) {
        return Optional.empty();
      }
      Value.Elements from = (Value.Elements) arguments.get(0);
      Value.Elements to = (Value.Elements) arguments.get(2);
      Optional<Long> start = arguments.get(1).number();
      Optional<Long> at = arguments.get(3).number();
      Optional<Long> count = arguments.get(4).number();
      evaluator.journal.before(to);
      boolean known =
          start.isPresent()
              && at.isPresent()
              && count.isPresent()
              && start.get() + count.get() <= from.items.size()
              && at.get() + count.get() <= to.items.size();
      for (int i = 0; known && i < count.get(); i++) {
        to.items.set(at.get().intValue() + i, from.items.get(start.get().intValue() + i));
      }
      if (!known) {
        to.open = to.open.isEmpty() ? evaluator.fresh("array") : to.open;
        to.items.clear();
      }
      return Optional.of(Value.Constant.NOTHING);
    }
  }
}
