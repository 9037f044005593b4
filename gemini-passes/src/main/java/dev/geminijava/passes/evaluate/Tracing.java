package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.Gap;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Parameter;
import dev.geminijava.passes.model.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The graph of one model: its block is initialised and run as DJL does it, with names for sizes.
 */
final class Tracing {

  /** What the size of a batch is called. */
  static final String BATCH = "B";

  private final Evaluator evaluator;
  private final Map<Value.Instance, String> names = new LinkedHashMap<>();
  private final Map<Value.Instance, String> paths = new IdentityHashMap<>();

  Tracing(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /**
   * The graph of a block.
   *
   * @param given the shapes of its inputs; where there are none, those that the program says
   */
  ModelGraph graph(Value.Instance block, Framework.Made model, List<Extents> given) {
    Set<Gap> before = new HashSet<>(evaluator.trace.gaps());
    evaluator.restart();
    evaluator.trace.at(model.place());
    Value.Elements shapes = shapes(model, given);
    boolean ready = initialise(block, shapes);
    name(block, "", new HashSet<>());
    nameParameters(block);
    evaluator.restart();
    evaluator.trace.begin();
    Value.Elements inputs = inputs(shapes);
    Value.Elements result = forward(block, inputs, ready);
    List<Gap> gaps = new ArrayList<>(evaluator.trace.gaps());
    gaps.removeAll(before);
    return assembled(block, model, shapes, inputs, result, gaps);
  }

  private Value.Elements shapes(Framework.Made model, List<Extents> given) {
    List<Value> known = new ArrayList<>();
    given.forEach(shape -> known.add(new Value.Shape(shape)));
    if (known.isEmpty()) {
      for (Value shape : model.inputs()) {
        known.add(
            shape instanceof Value.Shape ? shape : new Value.Shape(Extents.open(Paths.of(shape))));
      }
    }
    return new Value.Elements(Djl.SHAPE + "[]", known, known.isEmpty() ? "x" : "");
  }

  private boolean initialise(Value.Instance block, Value.Elements shapes) {
    List<Value> arguments =
        List.of(
            new Value.Unknown(Djl.NDMANAGER, "manager"),
            new Value.Unknown(Djl.DATA_TYPE, "float32"),
            shapes);
    List<String> parameters = List.of(Djl.NDMANAGER, Djl.DATA_TYPE, Djl.SHAPE + "[]");
    return !attempted(
            () ->
                evaluator.trace.silently(
                    () -> {
                      evaluator.calls.invoke(block, "initialize", parameters, arguments, "void");
                      return Value.Constant.TRUE;
                    }))
        .isNull();
  }

  private Value attempted(Supplier<Value> action) {
    try {
      return action.get();
    } catch (Thrown thrown) {
      evaluator.trace.gap(thrown.place);
      return Value.Constant.NOTHING;
    } catch (RuntimeException | StackOverflowError fault) {
      evaluator.trace.gap("evaluation failed: " + fault);
      return Value.Constant.NOTHING;
    }
  }

  /** Gives each block its path. */
  private void name(Value.Instance block, String path, Set<Value.Instance> above) {
    if (paths.putIfAbsent(block, path) != null || !above.add(block)) {
      return;
    }
    Value children =
        attempted(
            () ->
                evaluator.trace.silently(
                    () ->
                        evaluator.calls.invoke(
                            block, "getChildren", List.of(), List.of(), Djl.BLOCK_LIST)));
    pairs(children)
        .forEach(
            (name, child) -> {
              if (child instanceof Value.Instance instance) {
                name(instance, path.isEmpty() ? name : path + "/" + name, above);
              }
            });
  }

  private void nameParameters(Value.Instance block) {
    Value parameters =
        attempted(
            () ->
                evaluator.trace.silently(
                    () ->
                        evaluator.calls.invoke(
                            block, "getParameters", List.of(), List.of(), Djl.PARAMETER_LIST)));
    pairs(parameters)
        .forEach(
            (name, parameter) -> {
              if (parameter instanceof Value.Instance instance) {
                names.putIfAbsent(instance, name);
              }
            });
  }

  private static Map<String, Value> pairs(Value list) {
    Map<String, Value> pairs = new LinkedHashMap<>();
    if (list instanceof Value.Instance instance
        && instance.fields.get(Djl.PAIR_LIST + ".keys") instanceof Value.Elements keys
        && instance.fields.get(Djl.PAIR_LIST + ".values") instanceof Value.Elements values) {
      for (int i = 0; i < Math.min(keys.items.size(), values.items.size()); i++) {
        String name = Operators.printed(keys.items.get(i)).orElse(Paths.of(keys.items.get(i)));
        pairs.putIfAbsent(pairs.containsKey(name) ? name + "#" + i : name, values.items.get(i));
      }
    }
    return pairs;
  }

  /** The inputs, whose first axis is the batch. */
  private Value.Elements inputs(Value.Elements shapes) {
    List<Value> arrays = new ArrayList<>();
    for (Value shape : shapes.items) {
      Extents extents =
          shape instanceof Value.Shape s ? s.extents() : Extents.open(Paths.of(shape));
      List<Dim> dims = new ArrayList<>(extents.dims());
      if (!extents.isOpen() && !dims.isEmpty()) {
        dims.set(0, Dim.symbol(BATCH));
      }
      arrays.add(evaluator.trace.array(new Extents(extents.base(), dims), "float32"));
    }
    return new Value.Elements(Djl.NDLIST, arrays, shapes.open);
  }

  /** What is not initialised would be so in training. */
  private Value.Elements forward(Value.Instance block, Value.Elements inputs, boolean training) {
    List<Value> arguments =
        List.of(
            new Value.Unknown(Djl.PARAMETER_STORE, "parameterStore"),
            inputs,
            new Value.Constant(training),
            Value.Constant.NULL);
    Value result =
        attempted(
            () ->
                evaluator
                    .calls
                    .djl()
                    .layers()
                    .forward(block, arguments)
                    .orElse(Value.Constant.NOTHING));
    return result instanceof Value.Elements list
        ? list
        : new Value.Elements(Djl.NDLIST, List.of(), "");
  }

  private ModelGraph assembled(
      Value.Instance block,
      Framework.Made model,
      Value.Elements shapes,
      Value.Elements inputs,
      Value.Elements result,
      List<Gap> gaps) {
    List<Node> nodes = new ArrayList<>();
    Set<Value.Instance> used = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Integer> produced = new HashSet<>();
    Map<Integer, Tensor> entering = new LinkedHashMap<>();
    for (Value item : inputs.items) {
      Value.Array array = (Value.Array) item;
      entering.put(array.tensor(), new Tensor(array.tensor(), array.shape(), array.type()));
    }
    Merging merging = new Merging();
    for (Trace.Step step : merging.merged(evaluator.trace.steps())) {
      for (int input : step.inputs()) {
        if (!produced.contains(input)) {
          entering.putIfAbsent(input, new Tensor(input, Extents.open("tensor" + input), "float32"));
        }
      }
      step.outputs().forEach(o -> produced.add(o.id()));
      nodes.add(node(nodes.size(), step, used));
    }
    List<Integer> outputs = new ArrayList<>();
    for (Value item : result.items) {
      if (item instanceof Value.Array array) {
        int tensor = merging.tensor(array.tensor());
        if (produced.contains(tensor) || entering.containsKey(tensor)) {
          outputs.add(tensor);
        }
      }
    }
    return new ModelGraph(
        block.type.substring(block.type.lastIndexOf('.') + 1),
        model.place().file(),
        model.place().span(),
        List.copyOf(entering.values()),
        nodes,
        outputs,
        names.keySet().stream().map(this::parameter).toList(),
        gaps,
        samples(shapes));
  }

  /** The first axis of what goes in is the batch. One stands for any in DJL's programs. */
  private static OptionalLong samples(Value.Elements shapes) {
    return shapes.items.stream()
        .filter(Value.Shape.class::isInstance)
        .map(shape -> ((Value.Shape) shape).extents())
        .filter(extents -> !extents.isOpen() && !extents.dims().isEmpty())
        .map(extents -> extents.dims().get(0))
        .filter(dim -> dim.isNumber() && dim.numerator() > 1)
        .mapToLong(Dim::numerator)
        .findFirst();
  }

  private Node node(int id, Trace.Step step, Set<Value.Instance> used) {
    List<Parameter> parameters = new ArrayList<>();
    for (Value.Instance parameter : step.parameters()) {
      if (used.add(parameter)) {
        parameters.add(parameter(parameter));
      }
    }
    return new Node(
        id,
        step.blocks().stream().filter(paths::containsKey).findFirst().map(paths::get).orElse(""),
        step.block().map(b -> b.type).orElse(""),
        step.operation(),
        step.inputs(),
        step.outputs(),
        parameters,
        step.flops(),
        step.place().file(),
        step.place().span(),
        step.callers().stream().map(c -> new Node.Caller(c.file(), c.span())).toList());
  }

  private Parameter parameter(Value.Instance parameter) {
    Extents shape =
        parameter.fields.get(Djl.PARAMETER + ".shape") instanceof Value.Shape s
            ? s.extents()
            : Extents.open("shape of " + Paths.of(parameter));
    boolean trainable =
        !Value.Constant.FALSE.equals(parameter.fields.get(Djl.PARAMETER + ".requiresGrad"));
    String own =
        parameter
            .fields
            .getOrDefault(Djl.PARAMETER + ".name", Value.Constant.NULL)
            .text()
            .orElse("");
    return new Parameter(names.getOrDefault(parameter, own), shape, trainable);
  }
}
