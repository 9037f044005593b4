package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.Factors;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.Surroundings;
import dev.geminijava.passes.shard.Value.Array;
import dev.geminijava.passes.shard.Value.Arrays;
import dev.geminijava.passes.shard.Value.Host;
import dev.geminijava.passes.shard.Value.Items;
import dev.geminijava.passes.shard.Value.Layer;
import dev.geminijava.passes.shard.Value.Shape;
import dev.geminijava.passes.shard.Value.ShapeOf;
import dev.geminijava.passes.shard.Value.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Layers and methods without a source that there is a rule for, as plug-ins bring them: asked with
 * nothing split, a rule says the shape of the result.
 */
final class Ruled {

  private final Evaluator evaluator;
  private final RuleTable rules;

  Ruled(Evaluator evaluator, RuleTable rules) {
    this.evaluator = evaluator;
    this.rules = rules;
  }

  /**
   * What a method gives.
   *
   * @param owner the class that declares it
   * @param receiver what it is called on; empty for a static method
   */
  Optional<Value> method(
      String owner, String method, Optional<Value> receiver, List<Value> arguments, String type) {
    return rules
        .operation(owner, method)
        .flatMap(
            rule -> {
              Expression.Call call =
                  new Expression.Call(
                      evaluator.trace.place().span(),
                      type,
                      receiver.map(this::written),
                      owner,
                      method,
                      arguments.stream().map(this::written).toList(),
                      List.of(),
                      false);
              Operation operation =
                  new Operation(
                      call,
                      receiver.map(this::translated),
                      arguments.stream().map(this::translated).toList(),
                      Surroundings.unsplit(() -> evaluator.fresh(method)));
              try {
                return Optional.of(rule.transfer().apply(operation));
              } catch (Refusal e) {
                return Optional.empty();
              }
            })
        .flatMap(
            result -> result(simple(owner) + "." + method, operands(receiver, arguments), result));
  }

  /** Whether there is a rule for a layer. */
  boolean knowsLayer(String type) {
    return rule(new Layer(type, Map.of(), "")).isPresent();
  }

  private Optional<LayerRule> rule(Layer layer) {
    return rules.layer(layer, new ProgramCode(List.of(), List.of(), evaluator.classes::isSubtype));
  }

  /** What a layer makes of one array. */
  Optional<Extents> layer(String type, Extents input) {
    Layer layer = new Layer(type, Map.of(), "");
    Optional<LayerRule> rule = rule(layer);
    Optional<Factors> line = rule.flatMap(r -> r.line(input));
    return line.map(l -> rule.get().shape(layer, l, input, unknown(type), () -> unknown(type)));
  }

  private Dim unknown(String type) {
    return Dim.symbol(evaluator.fresh(simple(type)));
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static List<Value.Array> operands(Optional<Value> receiver, List<Value> arguments) {
    List<Value.Array> arrays = new ArrayList<>();
    List<Value> all = new ArrayList<>(receiver.stream().toList());
    all.addAll(arguments);
    for (Value value : all) {
      List<Value> items = value instanceof Value.Elements list ? list.items : List.of(value);
      for (Value item : items) {
        if (item instanceof Value.Array array) {
          arrays.add(array);
        }
      }
    }
    return arrays;
  }

  private Optional<Value> result(
      String operation, List<Value.Array> operands, dev.geminijava.passes.shard.Value result) {
    String type = operands.isEmpty() ? "float32" : operands.get(0).type();
    if (result instanceof Array array) {
      Extents shape = array.shape();
      return Optional.of(evaluator.trace.node(operation, operands, shape, type, shape.count()));
    }
    if (result instanceof Arrays list) {
      List<Extents> shapes = list.items().stream().map(Array::shape).toList();
      return Optional.of(
          Operations.list(
              evaluator.trace.nodes(
                  operation,
                  operands,
                  shapes,
                  type,
                  List.of(),
                  Amount.sum(shapes.stream().map(Extents::count).toList()))));
    }
    if (result instanceof Size size) {
      return Optional.of(new Value.Whole(size.dim()));
    }
    return result instanceof ShapeOf shape
        ? Optional.of(new Value.Shape(shape.array().shape()))
        : Optional.empty();
  }

  /** A value as rules see it. */
  private dev.geminijava.passes.shard.Value translated(Value value) {
    if (value instanceof Value.Array array) {
      return Array.whole(array.shape());
    }
    if (value instanceof Value.Whole number) {
      return new Size(number.dim());
    }
    if (value instanceof Value.Shape shape && !shape.extents().isOpen()) {
      List<dev.geminijava.passes.shard.Value> sizes = new ArrayList<>();
      shape.extents().dims().forEach(dim -> sizes.add(new Size(dim)));
      return new Shape(List.of(), sizes);
    }
    if (value instanceof Value.Elements list && list.open.isEmpty()) {
      List<dev.geminijava.passes.shard.Value> items =
          list.items.stream().map(this::translated).toList();
      if (!list.type.equals(Djl.NDLIST)) {
        return new Items(list.items.stream().map(this::written).toList(), items);
      }
      if (items.stream().allMatch(Array.class::isInstance)) {
        return new Arrays(items.stream().map(Array.class::cast).toList());
      }
    }
    return Host.UNKNOWN;
  }

  /** An expression that stands for a value; rules read texts and truth values off it. */
  private Expression written(Value value) {
    Optional<Object> constant =
        value instanceof Value.Constant c ? Optional.ofNullable(c.value()) : Optional.empty();
    return new Expression.Literal(evaluator.trace.place().span(), "", constant);
  }
}
