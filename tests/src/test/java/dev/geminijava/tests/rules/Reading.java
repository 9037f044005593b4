package dev.geminijava.tests.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Mark;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.Surroundings;
import dev.geminijava.passes.shard.Value;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the rules say of one expression, and what they ask for. This is no second analysis: there
 * are no variables here but the operands, and whatever is not asked of a rule is a plain value.
 */
final class Reading implements Surroundings {

  private final RuleTable rules;
  private final Map<String, Value> operands;
  private final Expression whole;
  private int fresh;

  /** The axes, counted from the end, along which whole operands are sliced. */
  final Map<String, Integer> slices = new HashMap<>();

  /** The numbers that shrink. */
  final Set<String> shrunk = new HashSet<>();

  /** What is inserted around the whole expression, if anything is. */
  Optional<String> around = Optional.empty();

  /** The sizes that the number of ranks has to divide. */
  final Set<Dim> quanta = new HashSet<>();

  /** The methods whose rules were asked. */
  final Set<String> methods = new HashSet<>();

  /** Sizes that are right only if the split axis is another one, which nobody can check here. */
  boolean assumes;

  /** What the rules asked for that is no part of a single expression. */
  final List<String> strange = new ArrayList<>();

  Reading(RuleTable rules, Map<String, Value> operands, Expression whole) {
    this.rules = rules;
    this.operands = operands;
    this.whole = whole;
  }

  /** The value of the expression; throws a refusal where a rule does. */
  Value value() {
    Value value = value(whole);
    if (value instanceof Value.Array array) {
      quanta.addAll(array.flow().quanta());
    } else if (value instanceof Value.Arrays arrays) {
      arrays.items().forEach(item -> quanta.addAll(item.flow().quanta()));
    }
    return value;
  }

  private Value value(Expression expression) {
    if (expression instanceof Expression.Name name) {
      return operands.get(name.name());
    }
    if (expression instanceof Expression.Literal literal) {
      return literal.value().orElse(null) instanceof Long number
          ? new Value.Size(Dim.of(number))
          : Value.Host.UNKNOWN;
    }
    if (expression instanceof Expression.Call call) {
      return call(call);
    }
    List<Value> parts = new ArrayList<>();
    expression.parts().forEach(part -> parts.add(value(part)));
    if (expression instanceof Expression.ArrayOf array) {
      return new Value.Items(array.items(), parts);
    }
    if (expression instanceof Expression.Creation creation) {
      return switch (creation.type()) {
        case "ai.djl.ndarray.NDList" ->
            new Value.Arrays(
                parts.stream()
                    .flatMap(p -> p instanceof Value.Items i ? i.values().stream() : Stream.of(p))
                    .map(Value.Array.class::cast)
                    .toList());
        case "ai.djl.ndarray.types.Shape" -> new Value.Shape(creation.arguments(), parts);
        case "ai.djl.ndarray.index.NDIndex" -> new Value.Items(creation.arguments(), parts);
        default -> Value.Host.UNKNOWN;
      };
    }
    return Value.Host.UNKNOWN;
  }

  private Value call(Expression.Call call) {
    Optional<Value> receiver = call.receiver().map(this::value);
    List<Value> arguments = new ArrayList<>();
    call.arguments().forEach(argument -> arguments.add(value(argument)));
    Optional<OperationRule> rule = rules.operation(call.declaring(), call.method());
    if (rule.isEmpty()) {
      return Value.Host.UNKNOWN;
    }
    methods.add(call.declaring() + "." + call.method());
    List<Value> all = Stream.concat(receiver.stream(), arguments.stream()).toList();
    if (all.stream().noneMatch(Reading::isSum)) {
      return rule.get().transfer().apply(new Operation(call, receiver, arguments, this));
    }
    if (!rule.get().linear().goesThrough(receiver, arguments)) {
      throw new Refusal(call.span(), "is not linear in that", Set.of());
    }
    Value result =
        rule.get()
            .transfer()
            .apply(
                new Operation(
                    call,
                    receiver.map(Reading::added),
                    arguments.stream().map(Reading::added).toList(),
                    this));
    Flow flow = new Flow(Set.of(call.span()), Set.of(), Set.of());
    return result instanceof Value.Array array ? sum(call.span(), array.shape(), flow) : result;
  }

  private static boolean isSum(Value value) {
    return value instanceof Value.Array array && array.isPartial()
        || value instanceof Value.Arrays arrays && arrays.items().stream().anyMatch(Reading::isSum);
  }

  /** What a sum is when it is added up. */
  private static Value added(Value value) {
    if (value instanceof Value.Arrays arrays) {
      return new Value.Arrays(
          arrays.items().stream().map(item -> (Value.Array) added(item)).toList());
    }
    return isSum(value) ? Value.Array.whole(((Value.Array) value).shape()) : value;
  }

  @Override
  public Value.Array sum(Span call, Extents shape, Flow flow) {
    quanta.addAll(flow.quanta());
    return Value.Array.partial(shape, flow, Set.of(call));
  }

  @Override
  public void slice(Expression array, int axisFromEnd, Flow flow) {
    quanta.addAll(flow.quanta());
    root(array)
        .ifPresentOrElse(
            name -> slices.put(name, axisFromEnd),
            () -> strange.add("what is sliced is no operand: " + array));
  }

  @Override
  public String fresh() {
    return "?" + fresh++;
  }

  @Override
  public void assume(Dim size, Runnable otherwise) {
    assumes = true;
  }

  @Override
  public void shrink(Expression size, Flow flow) {
    quanta.addAll(flow.quanta());
    if (size instanceof Expression.Name name) {
      shrunk.add(name.name());
    } else {
      strange.add("a size that is no operand shrinks: " + size);
    }
  }

  @Override
  public void wrap(Span span, Mark.Role role, String open, String close, Flow flow, String why) {
    quanta.addAll(flow.quanta());
    if (span.equals(whole.span()) && !open.equals("@.own(")) {
      around = Optional.of(open.substring("@.".length(), open.length() - 1));
    } else if (!open.equals("@.own(")) {
      strange.add(open + "…" + close + " inside the expression");
    }
  }

  /** The operand that is sliced, or of which every element is changed before. */
  private static Optional<String> root(Expression array) {
    Expression expression = array;
    while (expression instanceof Expression.Call call
        && call.receiver().filter(r -> r.type().equals("ai.djl.ndarray.NDArray")).isPresent()) {
      expression = call.receiver().get();
    }
    return expression instanceof Expression.Name name ? Optional.of(name.name()) : Optional.empty();
  }

  @Override
  public void sink(Flow flow) {
    quanta.addAll(flow.quanta());
  }
}
