package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Calls of blocks. A layer of DJL's own that computes one thing is one node, whose result has the
 * shape that its own {@code getOutputShapes} says; of any other block the forward method runs.
 */
final class Layers {

  private static final Pattern LEAVES =
      Pattern.compile("ai\\.djl\\.nn\\.(core|convolutional|norm|recurrent)\\.\\w+");
  private static final Set<String> RECURRENT = Set.of(Djl.RNN, Djl.GRU, Djl.LSTM);

  private final Evaluator evaluator;

  Layers(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** Runs a block's forward method; empty where it is to be interpreted. */
  Optional<Value> forward(Value.Instance block, List<Value> arguments) {
    Optional<Value.Elements> inputs =
        arguments.stream()
            .filter(a -> a instanceof Value.Elements e && e.type.equals(Djl.NDLIST))
            .map(Value.Elements.class::cast)
            .findFirst();
    if (inputs.isEmpty()) {
      return Optional.empty();
    }
    Optional<Classes.Found> inner =
        evaluator.classes.method(
            block.type,
            "forwardInternal",
            List.of(),
            List.of(
                Value.Constant.NULL,
                Value.Constant.NULL,
                Value.Constant.TRUE,
                Value.Constant.NULL));
    boolean leaf = inner.map(f -> LEAVES.matcher(f.owner().name()).matches()).orElse(false);
    if (leaf) {
      return Optional.of(layer(block, inputs.get()));
    }
    boolean withLabels = arguments.size() > 2 && arguments.get(2) instanceof Value.Elements;
    List<Value> given = new ArrayList<>(arguments);
    if (arguments.size() == 3 && !withLabels) {
      given.add(Value.Constant.NULL);
    }
    List<String> parameters =
        List.of(
            Djl.PARAMETER_STORE, Djl.NDLIST, withLabels ? Djl.NDLIST : "boolean", Djl.PAIR_LIST);
    Optional<Classes.Found> found =
        evaluator.classes.method(
            block.type,
            inner.isPresent() && !evaluator.trace.isRecording() ? "forwardInternal" : "forward",
            parameters,
            given);
    return found
        .or(() -> inner)
        .map(f -> evaluator.trace.within(block, () -> evaluator.calls.run(f, block, given)));
  }

  /** A layer as one node. */
  private Value layer(Value.Instance block, Value.Elements inputs) {
    List<Value.Array> arrays = new ArrayList<>();
    for (Value item : Lists.walk(inputs, evaluator)) {
      if (item instanceof Value.Array array) {
        arrays.add(array);
      }
    }
    if (arrays.isEmpty()) {
      arrays.add((Value.Array) Lists.more(inputs, 0, evaluator));
    }
    List<Extents> shapes = outputShapes(block, arrays);
    List<Value.Instance> parameters = parameters(block);
    String type = arrays.get(0).type();
    boolean looks = evaluator.classes.isSubtype(block.type, Djl.ABSTRACT_EMBEDDING);
    return evaluator.trace.within(
        block,
        () ->
            Operations.list(
                evaluator.trace.nodes(
                    block.type,
                    arrays,
                    shapes,
                    looks || type.startsWith("int") ? "float32" : type,
                    parameters,
                    work(block, arrays.get(0).shape(), shapes.get(0), parameters))));
  }

  private List<Extents> outputShapes(Value.Instance block, List<Value.Array> arrays) {
    List<Value> shapes = new ArrayList<>();
    arrays.forEach(a -> shapes.add(new Value.Shape(a.shape())));
    Value given = new Value.Elements(Djl.SHAPE + "[]", shapes, "");
    List<Extents> results = new ArrayList<>();
    try {
      Value result =
          evaluator.trace.silently(
              () ->
                  evaluator.calls.invoke(
                      block,
                      "getOutputShapes",
                      List.of(Djl.SHAPE + "[]"),
                      List.of(given),
                      Djl.SHAPE + "[]"));
      if (result instanceof Value.Elements all) {
        for (Value item : all.items) {
          results.add(item instanceof Value.Shape s ? s.extents() : Extents.open(Paths.of(item)));
        }
      }
    } catch (Thrown thrown) {
      evaluator.trace.gap(thrown.place);
    }
    // Of an LSTM's two states DJL tells the shape of one.
    if (block.type.equals(Djl.LSTM) && results.size() == 2) {
      results.add(results.get(1));
    }
    return results.isEmpty() ? List.of(Extents.open(evaluator.fresh(Paths.of(block)))) : results;
  }

  /** The parameters of a block and all in it, in DJL's order. */
  List<Value.Instance> parameters(Value.Instance block) {
    Value all =
        evaluator.trace.silently(
            () ->
                evaluator.calls.invoke(
                    block, "getParameters", List.of(), List.of(), Djl.PARAMETER_LIST));
    List<Value.Instance> found = new ArrayList<>();
    if (all instanceof Value.Instance list
        && list.fields.get(Djl.PAIR_LIST + ".values") instanceof Value.Elements values) {
      for (Value value : values.items) {
        if (value instanceof Value.Instance parameter) {
          found.add(parameter);
        }
      }
    }
    return found;
  }

  private Amount work(
      Value.Instance block, Extents input, Extents output, List<Value.Instance> parameters) {
    if (parameters.isEmpty()) {
      return output.count();
    }
    Optional<Extents> weight =
        parameters.get(0).fields.get(Djl.PARAMETER + ".shape") instanceof Value.Shape s
            ? Optional.of(s.extents())
            : Optional.empty();
    if (RECURRENT.contains(block.type)) {
      Dim steps =
          Shapes.size(input, Value.Whole.of(0)).times(Shapes.size(input, Value.Whole.of(1)));
      List<Amount> all = new ArrayList<>();
      for (Value.Instance parameter : parameters) {
        if (parameter.fields.get(Djl.PARAMETER + ".shape") instanceof Value.Shape s) {
          all.add(s.extents().count().times(steps).times(Dim.of(2)));
        }
      }
      return Amount.sum(all);
    }
    if (block.type.contains(".norm.")) {
      return output.count().times(Dim.of(5));
    }
    if (evaluator.classes.isSubtype(block.type, Djl.ABSTRACT_EMBEDDING) || weight.isEmpty()) {
      return Amount.ZERO;
    }
    return evaluator.classes.isSubtype(block.type, Djl.DECONVOLUTION)
        ? products(input, weight.get())
        : products(output, weight.get());
  }

  /** Each result is the sum of as many products as one of the weight's rows has elements. */
  static Amount products(Extents output, Extents weight) {
    if (weight.dims().isEmpty()) {
      return output.count();
    }
    Dim row =
        Dim.product(weight.dims().subList(Math.min(1, weight.dims().size()), weight.dims().size()));
    return output.count().times(row).times(Dim.of(2));
  }

  /** The shapes that a block says it gives, without its source. */
  Value shapesOf(Value.Unknown block, List<Value> inputs) {
    String shapes = Djl.SHAPE + "[]";
    boolean one =
        inputs.size() == 1 && inputs.get(0) instanceof Value.Elements all && all.items.size() == 1;
    Optional<Value> ruled =
        one && ((Value.Elements) inputs.get(0)).items.get(0) instanceof Value.Shape shape
            ? evaluator.ruled.layer(block.type(), shape.extents()).map(Value.Shape::new)
            : Optional.empty();
    return ruled
        .<Value>map(shape -> new Value.Elements(shapes, List.of(shape), ""))
        .orElseGet(() -> evaluator.unknown(shapes, "shape of " + Paths.of(block)));
  }

  /** A call of a block of which nothing but a rule is known. */
  Value unknown(Value.Unknown block, List<Value> arguments) {
    List<Value.Array> inputs = new ArrayList<>();
    for (Value argument : arguments) {
      if (argument instanceof Value.Elements list && list.type.equals(Djl.NDLIST)) {
        for (Value item : list.items) {
          if (item instanceof Value.Array array) {
            inputs.add(array);
          }
        }
      }
    }
    String path = evaluator.fresh(Paths.of(block));
    Optional<Extents> ruled =
        inputs.size() == 1
            ? evaluator.ruled.layer(block.type(), inputs.get(0).shape())
            : Optional.empty();
    Value.Array result =
        evaluator.trace.node(
            block.type().isEmpty() ? Djl.BLOCK : block.type(),
            inputs,
            ruled.orElseGet(() -> Extents.open(path)),
            "float32",
            ruled.map(Extents::count).orElse(Amount.ZERO));
    return new Value.Elements(Djl.NDLIST, List.of(result), ruled.isPresent() ? "" : path);
  }
}
