package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code NDList}: packing and unpacking arrays. */
final class Lists {

  private static final Set<String> ARRAYS = Set.of("head", "singletonOrThrow", "get");
  private static final Set<String> NEUTRAL =
      Set.of("size", "isEmpty", "getManager", "attach", "detach", "tempAttach");

  private Lists() {}

  static boolean isList(Value value) {
    return value instanceof Value.Arrays
        || value instanceof Value.Bundle
        || value instanceof Value.Turns;
  }

  static Value create(Expression.Creation creation, List<Value> arguments, Analysis analysis) {
    if (arguments.stream().allMatch(Value.Array.class::isInstance)) {
      return new Value.Arrays(arguments.stream().map(Value.Array.class::cast).toList());
    }
    if (arguments.size() == 1
        && arguments.get(0) instanceof Value.Items items
        && items.values().stream().allMatch(Value.Array.class::isInstance)) {
      return create(creation, items.values(), analysis);
    }
    boolean room = arguments.size() == 1 && arguments.get(0) instanceof Value.Size;
    if (room) {
      return new Value.Arrays(List.of());
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof Value.Arrays list) {
      return list;
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof Value.Bundle list) {
      return list;
    }
    for (Value argument : arguments) {
      if (argument.isSplit()) {
        throw new Refusal(
            creation.span(),
            "a list is made of a split value in a way that is not understood",
            Interpreter.sources(arguments));
      }
    }
    return new Value.Bundle(analysis.fresh());
  }

  /** Whether a call gives one of a list's arrays as it is. */
  static boolean picks(Expression.Call call, Value receiver) {
    return isList(receiver) && ARRAYS.contains(call.method());
  }

  /** The value of a list's method; null if there is nothing special to it. */
  static Value call(Expression.Call call, Operation operation, Interpreter interpreter) {
    Value list = operation.receiver();
    Analysis analysis = interpreter.analysis;
    if (list instanceof Value.Turns turns) {
      return ofTurns(call, operation, turns);
    }
    if (ARRAYS.contains(call.method())) {
      int index = call.method().equals("get") ? operation.number(0).orElse(-1) : 0;
      boolean last = index < 0;
      if (list instanceof Value.Arrays arrays && !last && index < arrays.items().size()) {
        return arrays.items().get(index);
      }
      if (list instanceof Value.Bundle bundle && !last) {
        return bundle.item(index);
      }
      interpreter.refuseSplit(call.span(), "is one of a list's, and which is not known", list);
      return Value.Array.whole(Extents.open(analysis.fresh()));
    }
    if (NEUTRAL.contains(call.method())) {
      return call.method().equals("size") && list instanceof Value.Arrays arrays
          ? new Value.Size(Dim.of(arrays.items().size()))
          : analysis.unknown(call.type());
    }
    if (call.receiver().orElse(null) instanceof Expression.Name n) {
      Optional<Value> grown = grown(call, operation);
      boolean split = !operation.sources().isEmpty();
      if (!split || grown.isPresent() && hasOneName(n.name(), interpreter.frame)) {
        interpreter.frame.variables.put(
            n.name(), grown.orElseGet(() -> new Value.Bundle(analysis.fresh())));
        return analysis.unknown(call.type());
      }
    }
    return null;
  }

  /**
   * Whether a list is made here, and changes under no other name and on every way: split values in
   * it are found again only then.
   */
  private static boolean hasOneName(String list, Frame frame) {
    List<Expression> becomes = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    Walk.statements(
        frame.method.body(),
        s -> {
          if (s instanceof Statement.Local local) {
            local.value().ifPresent(local.name().equals(list) ? becomes::add : others::add);
          }
        });
    for (Expression expression : Walk.expressions(frame.method.body())) {
      if (expression instanceof Expression.Assignment given) {
        (isNamed(given.target(), list) ? becomes : others).add(given.value());
      }
    }
    return frame.branches == 0
        && !becomes.isEmpty()
        && becomes.stream().allMatch(Expression.Creation.class::isInstance)
        && others.stream().noneMatch(value -> isNamed(value, list));
  }

  private static boolean isNamed(Expression expression, String name) {
    return expression instanceof Expression.Name n && n.name().equals(name);
  }

  /** The array whose number is that of the round of a loop over all of them. */
  private static Value ofTurns(Expression.Call call, Operation operation, Value.Turns turns) {
    Flow flow = turns.item().flow();
    return Stream.of(call.method())
        .filter("get"::equals)
        .flatMap(m -> operation.arguments().stream().limit(1))
        .filter(Value.Size.class::isInstance)
        .flatMap(v -> operation.turn(((Value.Size) v).dim(), turns.count(), flow).stream())
        .map(loop -> Value.Array.turn(turns.item().shape(), flow, loop))
        .findFirst()
        .orElseThrow(() -> operation.refuse("is about one of a list's, and which is not known"));
  }

  /** The list after a call that adds to it, where all that is in it is known. */
  private static Optional<Value> grown(Expression.Call call, Operation operation) {
    if (!(operation.receiver() instanceof Value.Arrays before)) {
      return Optional.empty();
    }
    List<Value> arguments = operation.arguments();
    List<Value.Array> items = new ArrayList<>(before.items());
    if (call.method().equals("add")
        && arguments.size() == 1
        && arguments.get(0) instanceof Value.Array array) {
      items.add(array);
    } else if (call.method().equals("addAll")
        && arguments.size() == 1
        && arguments.get(0) instanceof Value.Arrays more) {
      items.addAll(more.items());
    } else {
      return Optional.empty();
    }
    return Optional.of(new Value.Arrays(List.copyOf(items)));
  }
}
