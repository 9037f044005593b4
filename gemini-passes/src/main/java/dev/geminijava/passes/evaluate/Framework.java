package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What evaluation knows of DJL beside its source: arrays, managers, parameters, models. */
final class Framework {

  /**
   * A place where a model gets its block.
   *
   * @param inputs the shapes that it is initialised with; empty when that is not seen
   */
  record Made(Trace.Place place, Value block, List<Value> inputs) {}

  private static final Set<String> HOST =
      Set.of(
          "attach",
          "tempAttach",
          "detach",
          "close",
          "setName",
          "setRequiresGradient",
          "intern",
          "set",
          "setScalar",
          "copyTo",
          "attachAll",
          "tempAttachAll",
          "cap",
          "attachInternal",
          "tempAttachInternal",
          "detachInternal",
          "attachUncappedInternal");

  private final Evaluator evaluator;
  private final Operations operations;
  private final Layers layers;
  private final List<Made> made = new ArrayList<>();

  Framework(Evaluator evaluator) {
    this.evaluator = evaluator;
    operations = new Operations(evaluator);
    layers = new Layers(evaluator);
  }

  /** The models that were made so far. */
  List<Made> made() {
    return made;
  }

  Layers layers() {
    return layers;
  }

  /** A method of a value, where it needs more than its source. */
  Optional<Value> method(Value receiver, String method, List<Value> arguments, String type) {
    if (receiver instanceof Value.Shape shape) {
      return Shapes.method(shape, method, arguments, type, evaluator);
    }
    if (receiver instanceof Value.Array array) {
      return Optional.of(operations.method(array, method, arguments, type));
    }
    if (receiver instanceof Value.Instance instance) {
      return object(instance, method, arguments, type);
    }
    if (receiver instanceof Value.Unknown unknown) {
      return unknown(unknown, method, arguments, type);
    }
    return Optional.empty();
  }

  private Optional<Value> object(
      Value.Instance instance, String method, List<Value> arguments, String type) {
    if (instance.type.equals(Djl.MODEL) || instance.type.equals(Djl.TRAINER)) {
      return model(instance, method, arguments, type);
    }
    if (method.equals("initialize") && is(instance, Djl.PARAMETER)) {
      initialise(instance);
      return Optional.of(Value.Constant.NOTHING);
    }
    if (method.equals("getArray") && is(instance, Djl.PARAMETER)) {
      return Optional.of(parameter(instance));
    }
    if (method.equals("getValue") && is(instance, Djl.PARAMETER_STORE)) {
      return Optional.of(parameter(arguments.get(0)));
    }
    boolean file = method.equals("saveParameters") || method.equals("loadParameters");
    if (file && is(instance, Djl.BLOCK)) {
      return Optional.of(Value.Constant.NOTHING);
    }
    boolean forward =
        (method.equals("forward") || method.equals("quickForward")) && is(instance, Djl.BLOCK);
    if (forward && arguments.size() > 1) {
      return layers.forward(instance, arguments);
    }
    return Optional.empty();
  }

  private boolean is(Value.Instance instance, String type) {
    return evaluator.classes.isSubtype(instance.type, type);
  }

  /** Gives a parameter its array. */
  private void initialise(Value.Instance parameter) {
    Value shape = parameter.fields.get(Djl.PARAMETER + ".shape");
    Value there = parameter.fields.get(Djl.PARAMETER + ".array");
    if (there instanceof Value.Array) {
      return;
    }
    if (shape == null || shape.isNull()) {
      throw evaluator.thrown("initialises a parameter without a shape");
    }
    evaluator.journal.before(parameter);
    Extents extents = shape instanceof Value.Shape s ? s.extents() : Extents.open(Paths.of(shape));
    parameter.fields.put(
        Djl.PARAMETER + ".array", new Value.Array(-1, extents, "float32", Optional.of(parameter)));
  }

  /** The array of a parameter. */
  private Value parameter(Value value) {
    if (value instanceof Value.Instance parameter) {
      if (parameter.fields.get(Djl.PARAMETER + ".array") instanceof Value.Array array) {
        return array;
      }
      Extents extents =
          parameter.fields.get(Djl.PARAMETER + ".shape") instanceof Value.Shape shape
              ? shape.extents()
              : Extents.open("shape of " + Paths.of(parameter));
      return new Value.Array(-1, extents, "float32", Optional.of(parameter));
    }
    if (value.isNull()) {
      return Value.Constant.NULL;
    }
    return evaluator.trace.array(Extents.open("parameter " + Paths.of(value)), "float32");
  }

  private Optional<Value> model(
      Value.Instance model, String method, List<Value> arguments, String type) {
    return switch (method) {
      case "setBlock" -> {
        model.fields.put("block", arguments.get(0));
        make(arguments.get(0));
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "getBlock" ->
          Optional.of(model.fields.getOrDefault("block", new Value.Unknown(Djl.BLOCK, "block")));
      case "newTrainer" -> {
        Value.Instance trainer = new Value.Instance(Djl.TRAINER, "trainer");
        trainer.fields.put("model", model);
        yield Optional.of(trainer);
      }
      case "getModel" -> Optional.ofNullable(model.fields.get("model"));
      case "initialize" -> {
        initialise(model, arguments);
        yield Optional.of(Value.Constant.NOTHING);
      }
      case "close", "setMetrics", "step", "notifyListeners" -> Optional.of(Value.Constant.NOTHING);
      default -> Optional.of(evaluator.unknown(type, Paths.of(model) + "." + method + "()"));
    };
  }

  private void make(Value block) {
    if (!block.isNull()) {
      made.add(new Made(evaluator.trace.place(), block, List.of()));
    }
  }

  private void initialise(Value.Instance trainer, List<Value> arguments) {
    Value model = trainer.fields.get("model");
    Value block = model instanceof Value.Instance m ? m.fields.get("block") : null;
    for (int i = made.size() - 1; i >= 0; i--) {
      Made at = made.get(i);
      if (block == null || at.block() == block) {
        List<Value> shapes =
            arguments.size() == 1 && arguments.get(0) instanceof Value.Elements e
                ? e.items
                : arguments;
        made.set(i, new Made(at.place(), at.block(), List.copyOf(shapes)));
        return;
      }
    }
  }

  private Optional<Value> unknown(
      Value.Unknown receiver, String method, List<Value> arguments, String type) {
    String of = receiver.type();
    if (method.equals("setBlock") && is(of, Djl.MODEL)) {
      make(arguments.get(0));
      return Optional.of(Value.Constant.NOTHING);
    }
    if (method.equals("optBlock")) {
      make(arguments.get(0));
      return Optional.of(receiver);
    }
    if (method.equals("newTrainer") && is(of, Djl.MODEL)) {
      return Optional.of(new Value.Instance(Djl.TRAINER, "trainer"));
    }
    if (method.equals("initialize") && is(of, Djl.TRAINER)) {
      initialise(new Value.Instance(Djl.TRAINER, ""), arguments);
      return Optional.of(Value.Constant.NOTHING);
    }
    if (is(of, Djl.PARAMETER_STORE) && method.equals("getValue")) {
      return Optional.of(parameter(arguments.get(0)));
    }
    if (is(of, Djl.NDMANAGER)) {
      return manager(method, arguments, type);
    }
    if (is(of, Djl.BLOCK) && (method.equals("forward") || method.equals("quickForward"))) {
      return Optional.of(layers.unknown(receiver, arguments));
    }
    if (is(of, Djl.BLOCK) && method.equals("getOutputShapes")) {
      return Optional.of(layers.shapesOf(receiver, arguments));
    }
    return HOST.contains(method) && type.equals("void")
        ? Optional.of(Value.Constant.NOTHING)
        : Optional.empty();
  }

  private boolean is(String type, String supertype) {
    return !type.isEmpty() && evaluator.classes.isSubtype(type, supertype);
  }

  /** What a manager makes. */
  private Optional<Value> manager(String method, List<Value> arguments, String type) {
    if (!type.equals(Djl.NDARRAY)) {
      boolean kept = method.equals("ret") && !arguments.isEmpty();
      boolean manager = type.equals(Djl.NDMANAGER);
      return kept
          ? Optional.of(arguments.get(0))
          : manager
              ? Optional.of(new Value.Unknown(Djl.NDMANAGER, "manager"))
              : HOST.contains(method) ? Optional.of(Value.Constant.NOTHING) : Optional.empty();
    }
    if (method.equals("ret") || method.equals("from")) {
      return Optional.of(arguments.get(0));
    }
    Extents shape = created(method, arguments);
    String elements = "float32";
    for (Value argument : arguments) {
      elements = dataType(argument).orElse(elements);
    }
    return Optional.of(
        evaluator.trace.node("NDManager." + method, List.of(), shape, elements, Amount.ZERO));
  }

  /** The name of a data type, as DJL prints it. */
  static Optional<String> dataType(Value value) {
    return value instanceof Value.Instance instance && instance.type.equals(Djl.DATA_TYPE)
        ? Optional.ofNullable(instance.fields.get("$name"))
            .flatMap(Value::text)
            .map(n -> n.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private Extents created(String method, List<Value> arguments) {
    for (Value argument : arguments) {
      if (argument instanceof Value.Shape shape) {
        return shape.extents();
      }
    }
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    return switch (method) {
      case "arange" -> Extents.of(List.of(steps(arguments)));
      case "linspace" -> Extents.of(List.of(size(arguments.get(2))));
      case "eye" ->
          Extents.of(List.of(size(first), size(arguments.size() > 2 ? arguments.get(1) : first)));
      case "randomPermutation", "hanningWindow" -> Extents.of(List.of(size(first)));
      case "create" ->
          first instanceof Value.Elements elements
              ? lengths(elements)
              : first instanceof Value.Unknown unknown && unknown.type().contains("Buffer")
                  ? Extents.open(unknown.path())
                  : Extents.SCALAR;
      case "randomMultinomial" -> Extents.open("multinomial(" + Paths.of(first) + ")");
      default ->
          first instanceof Value.Array array
              ? array.shape()
              : Extents.open(method + "(" + Paths.of(first) + ")");
    };
  }

  private Dim steps(List<Value> arguments) {
    boolean one = arguments.size() == 1;
    Value start = one ? Value.Whole.of(0) : arguments.get(0);
    Value stop = arguments.get(one ? 0 : 1);
    Dim all = size(Operators.apply("-", "int", stop, start, evaluator));
    Value step = arguments.size() > 2 ? arguments.get(2) : Value.Whole.of(1);
    Optional<Double> by = Operators.fraction(step);
    if (by.equals(Optional.of(1.0))) {
      return all;
    }
    return by.isPresent() && all.isNumber()
        ? Dim.of((long) Math.ceil(all.numerator() / by.get()))
        : Dim.symbol("(" + all + " / " + Paths.of(step) + ")");
  }

  private static Dim size(Value value) {
    if (value instanceof Value.Whole number) {
      return number.dim();
    }
    return Operators.fraction(value)
        .map(f -> Dim.of(f.longValue()))
        .orElseGet(() -> Dim.symbol(Paths.of(value)));
  }

  private static Extents lengths(Value.Elements elements) {
    List<Dim> dims = new ArrayList<>();
    Value at = elements;
    while (at instanceof Value.Elements inner) {
      dims.add(
          inner.open.isEmpty()
              ? Dim.of(inner.items.size())
              : Dim.symbol("size(" + inner.open + ")"));
      at = inner.items.isEmpty() ? Value.Constant.NULL : inner.items.get(0);
    }
    return Extents.of(dims);
  }

  /** A static method, where it needs more than its source. */
  Optional<Value> fixed(String declaring, String method, List<Value> arguments, String type) {
    return switch (declaring) {
      case Djl.NDMANAGER -> Optional.of(new Value.Unknown(Djl.NDMANAGER, "manager"));
      case Djl.MODEL ->
          method.equals("newInstance")
              ? Optional.of(new Value.Instance(Djl.MODEL, "model"))
              : Optional.empty();
      case Djl.BLOCK ->
          method.equals("validateLayout") ? Optional.of(Value.Constant.NOTHING) : Optional.empty();
      case Djl.SHAPE -> {
        if (method.equals("update") && arguments.get(0) instanceof Value.Shape shape) {
          yield Optional.of(updated(shape.extents(), arguments.get(1), size(arguments.get(2))));
        }
        yield Optional.empty();
      }
      case Djl.NDARRAYS -> Optional.of(operations.fixed(method, arguments, type));
      case Djl.ACTIVATION -> activation(method, arguments);
      default -> Optional.empty();
    };
  }

  private static Value updated(Extents shape, Value axis, Dim size) {
    Optional<Integer> at = Shapes.fromEnd(shape, axis);
    if (at.isEmpty() || shape.at(at.get()).isEmpty()) {
      return new Value.Shape(Extents.open(shape + "'"));
    }
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.set(dims.size() + at.get(), size);
    return new Value.Shape(new Extents(shape.base(), dims));
  }

  private Optional<Value> activation(String method, List<Value> arguments) {
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    if (arguments.get(0) instanceof Value.Array array) {
      return Optional.of(pointwise("Activation." + method, array));
    }
    if (arguments.get(0) instanceof Value.Elements list && list.type.equals(Djl.NDLIST)) {
      List<Value> items = new ArrayList<>();
      for (Value item : Lists.walk(list, evaluator)) {
        items.add(
            item instanceof Value.Array array ? pointwise("Activation." + method, array) : item);
      }
      return Optional.of(new Value.Elements(Djl.NDLIST, items, ""));
    }
    return Optional.empty();
  }

  private Value pointwise(String operation, Value.Array array) {
    return evaluator.trace.node(
        operation, List.of(array), array.shape(), array.type(), array.shape().count());
  }
}
