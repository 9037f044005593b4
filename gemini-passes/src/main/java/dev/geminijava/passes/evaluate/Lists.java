package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Lists, sets, queues and arrays, {@code NDList} among them. */
final class Lists {

  /** The type of a list iterator that stands at the end. */
  private static final String BACKWARDS = "java.util.ListIterator, from the end";

  private Lists() {}

  /** How many elements there are. */
  static Value size(Value.Elements elements) {
    return new Value.Whole(
        elements.open.isEmpty()
            ? Dim.of(elements.items.size())
            : Dim.symbol("size(" + elements.open + ")"));
  }

  /** An element of a list of which not all are known. */
  static Value more(Value.Elements elements, int index, Evaluator evaluator) {
    while (elements.items.size() <= index) {
      String path =
          elements.items.isEmpty()
                  && java.util.Set.of(Djl.NDARRAY, Djl.SHAPE).contains(elements.elementType())
              ? elements.open
              : elements.open + "[" + elements.items.size() + "]";
      evaluator.journal.before(elements);
      elements.items.add(
          elements.elementType().equals(Djl.NDARRAY)
              ? evaluator.trace.array(Extents.open(path), "float32")
              : evaluator.unknown(elements.elementType(), path));
    }
    return elements.items.get(index);
  }

  static Optional<Value> method(
      Value.Elements list, String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    Optional<Long> index = first.number();
    return switch (method) {
      case "size", "count", "length" -> Optional.of(size(list));
      case "isEmpty" ->
          Optional.of(
              list.open.isEmpty()
                  ? new Value.Constant(list.items.isEmpty())
                  : list.items.isEmpty()
                      ? evaluator.unknown("boolean", "isEmpty")
                      : Value.Constant.FALSE);
      case "get", "elementAt" -> Optional.of(get(list, first, type, evaluator));
      case "head", "getFirst", "peek", "peekFirst", "element", "firstElement", "first" ->
          Optional.of(get(list, Value.Whole.of(0), type, evaluator));
      case "singletonOrThrow" -> {
        if (list.open.isEmpty() && list.items.size() != 1) {
          throw evaluator.thrown("takes the only array of " + list.items.size());
        }
        yield Optional.of(get(list, Value.Whole.of(0), type, evaluator));
      }
      case "getLast", "peekLast", "lastElement", "last" ->
          Optional.of(
              list.items.isEmpty()
                  ? evaluator.unknown(type, list.open + ".last")
                  : list.items.get(list.items.size() - 1));
      case "add", "addLast", "offer", "push", "addElement", "addFirst" -> {
        evaluator.journal.before(list);
        add(list, method, arguments);
        // Layers, and what the library notes of them, are counted as evaluated: a model of any
        // number of them has no graph.
        boolean ofProgram = !evaluator.trace.place().file().path().startsWith("ai/djl");
        if (evaluator.isRepeated() && ofProgram && isData(arguments.get(arguments.size() - 1))) {
          list.open = list.open.isEmpty() ? evaluator.fresh("more") : list.open;
        }
        yield Optional.of(Value.Constant.TRUE);
      }
      case "addAll" -> {
        evaluator.journal.before(list);
        append(list, arguments.get(arguments.size() - 1), evaluator);
        yield Optional.of(list.type.equals(Djl.NDLIST) ? list : Value.Constant.TRUE);
      }
      case "set" -> {
        evaluator.journal.before(list);
        Value before = get(list, first, type, evaluator);
        index
            .filter(i -> i >= 0 && i < list.items.size())
            .ifPresent(i -> list.items.set(i.intValue(), arguments.get(1)));
        yield Optional.of(before);
      }
      case "remove", "removeFirst", "poll", "pop", "pollFirst", "removeLast", "pollLast" ->
          Optional.of(remove(list, method, arguments, type, evaluator));
      case "clear" -> {
        evaluator.journal.before(list);
        list.items.clear();
        list.open = "";
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "subList", "subNDList" -> Optional.of(part(list, arguments, evaluator));
      case "contains" ->
          Optional.of(
              list.items.contains(first)
                  ? Value.Constant.TRUE
                  : list.open.isEmpty() && !(first instanceof Value.Unknown)
                      ? Value.Constant.FALSE
                      : evaluator.unknown("boolean", "contains"));
      case "indexOf" -> {
        int at = list.items.indexOf(first);
        yield Optional.of(
            at >= 0 || list.open.isEmpty()
                ? Value.Whole.of(at)
                : evaluator.unknown("int", "indexOf"));
      }
      case "listIterator", "descendingIterator" -> iterator(list, method, arguments);
      case "hasPrevious" ->
          list.type.equals(BACKWARDS)
              ? Optional.of(new Value.Constant(!list.items.isEmpty()))
              : Optional.empty();
      case "previous" ->
          list.type.equals(BACKWARDS)
              ? Optional.of(remove(list, "removeLast", List.of(), type, evaluator))
              : Optional.empty();
      case "clone", "toArray", "iterator", "values", "keySet", "entrySet" ->
          Optional.of(copy(list, method.equals("toArray") ? type : list.type));
      case "getShapes" -> Optional.of(shapes(list, evaluator));
      case "forEach" -> {
        each(list, first, evaluator);
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "hasNext", "hasMoreElements" ->
          Optional.of(
              list.open.isEmpty()
                  ? new Value.Constant(!list.items.isEmpty())
                  : evaluator.unknown("boolean", "hasNext"));
      case "next", "nextElement" ->
          Optional.of(remove(list, "removeFirst", List.of(), type, evaluator));
      case "getManager" -> Optional.of(new Value.Unknown(Djl.NDMANAGER, "manager"));
      case "attach", "tempAttach", "detach", "close" -> Optional.of(Value.Constant.NOTHING);
      case "toDevice" -> Optional.of(list);
      default -> Streams.method(list, method, arguments, type, evaluator);
    };
  }

  /** A walk from the beginning to the end, or back from there. */
  private static Optional<Value> iterator(
      Value.Elements list, String method, List<Value> arguments) {
    if (method.equals("descendingIterator")) {
      Value.Elements back = copy(list, list.type);
      Collections.reverse(back.items);
      return list.open.isEmpty() ? Optional.of(back) : Optional.empty();
    }
    long from = arguments.isEmpty() ? 0 : arguments.get(0).number().orElse(-1L);
    if (from == 0) {
      return Optional.of(copy(list, list.type));
    }
    boolean atEnd = list.open.isEmpty() && from == list.items.size();
    return atEnd ? Optional.of(copy(list, BACKWARDS)) : Optional.empty();
  }

  private static boolean isData(Value added) {
    return !(added instanceof Value.Instance
        || added instanceof Value.Array
        || added instanceof Value.Shape
        || added instanceof Value.Function
        || added instanceof Value.Choice);
  }

  /** Calls a function with every element. */
  static void each(Value.Elements list, Value function, Evaluator evaluator) {
    Runnable all =
        () ->
            walk(list, evaluator)
                .forEach(item -> evaluator.calls.apply(function, List.of(item), "void"));
    if (list.open.isEmpty()) {
      all.run();
    } else {
      evaluator.repeated(
          () -> {
            all.run();
            return Value.Constant.NOTHING;
          });
    }
  }

  private static Value get(Value.Elements list, Value index, String type, Evaluator evaluator) {
    if (index.text().isPresent()) {
      return evaluator.unknown(type, Paths.of(list) + "." + index.text().get());
    }
    Value found = evaluator.element(list, index, type);
    boolean vague = found instanceof Value.Unknown unknown && unknown.type().isEmpty();
    return vague ? evaluator.unknown(type, ((Value.Unknown) found).path()) : found;
  }

  private static void add(Value.Elements list, String method, List<Value> arguments) {
    Value added = arguments.get(arguments.size() - 1);
    boolean front = method.equals("push") || method.equals("addFirst");
    Optional<Long> place =
        arguments.size() > 1 ? arguments.get(0).number() : Optional.of(front ? 0L : -1L);
    if (place.isPresent() && place.get() >= 0 && place.get() <= list.items.size()) {
      list.items.add(place.get().intValue(), added);
    } else {
      list.items.add(added);
    }
  }

  private static void append(Value.Elements list, Value added, Evaluator evaluator) {
    Optional<List<Value>> items = evaluator.objects.items(added);
    list.items.addAll(items.orElse(List.of()));
    boolean more = items.isEmpty() || added instanceof Value.Elements e && !e.open.isEmpty();
    if (more && list.open.isEmpty()) {
      list.open = Paths.of(added);
    }
  }

  private static Value remove(
      Value.Elements list, String method, List<Value> arguments, String type, Evaluator evaluator) {
    evaluator.journal.before(list);
    if (list.items.isEmpty()) {
      return method.startsWith("poll") && list.open.isEmpty()
          ? Value.Constant.NULL
          : evaluator.unknown(type, list.open + ".next");
    }
    if (!arguments.isEmpty()) {
      Optional<Long> index = arguments.get(0).number();
      if (index.isPresent() && index.get() >= 0 && index.get() < list.items.size()) {
        return list.items.remove(index.get().intValue());
      }
      return new Value.Constant(list.items.remove(arguments.get(0)));
    }
    boolean last = method.endsWith("Last");
    return list.items.remove(last ? list.items.size() - 1 : 0);
  }

  private static Value part(Value.Elements list, List<Value> arguments, Evaluator evaluator) {
    Optional<Long> from = arguments.get(0).number();
    Optional<Long> to =
        arguments.size() > 1
            ? arguments.get(1).number()
            : list.open.isEmpty() ? Optional.of((long) list.items.size()) : Optional.empty();
    if (from.isPresent() && to.isPresent() && !list.open.isEmpty() && to.get() < 100) {
      more(list, to.get().intValue() - 1, evaluator);
    }
    boolean known =
        from.isPresent()
            && to.isPresent()
            && from.get() >= 0
            && from.get() <= to.get()
            && to.get() <= list.items.size();
    return known
        ? new Value.Elements(
            list.type, list.items.subList(from.get().intValue(), to.get().intValue()), "")
        : new Value.Elements(list.type, List.of(), evaluator.fresh("part"));
  }

  /** The same elements in a new list. */
  static Value.Elements copy(Value.Elements list, String type) {
    return new Value.Elements(type.isEmpty() ? list.type : type, list.items, list.open);
  }

  private static Value shapes(Value.Elements list, Evaluator evaluator) {
    List<Value> shapes = new ArrayList<>();
    for (Value item : list.items) {
      shapes.add(
          item instanceof Value.Array array
              ? new Value.Shape(array.shape())
              : evaluator.unknown(Djl.SHAPE, Paths.of(item)));
    }
    return new Value.Elements(Djl.SHAPE + "[]", shapes, list.open);
  }

  /** The known elements, and one for all others. */
  static List<Value> walk(Value.Elements list, Evaluator evaluator) {
    if (list.open.isEmpty() || !list.items.isEmpty()) {
      return List.copyOf(list.items);
    }
    return List.of(evaluator.unknown(list.elementType(), list.open + "[i]"));
  }

  /** The elements in the other order. */
  static void reverse(Value.Elements list, Evaluator evaluator) {
    evaluator.journal.before(list);
    Collections.reverse(list.items);
  }
}
