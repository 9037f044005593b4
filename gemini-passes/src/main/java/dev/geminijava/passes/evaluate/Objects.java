package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects: how they are made, what their fields hold, what can be walked. */
final class Objects {

  private final Evaluator evaluator;
  private final Map<String, Value.Instance> statics = new HashMap<>();

  Objects(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  // Fields.

  Value field(Expression.Field field, Frame frame) {
    String key = field.declaring() + "." + field.name();
    Optional<ClassCode> declaring = evaluator.classes.find(field.declaring());
    Optional<ClassCode.FieldCode> code = declaring.flatMap(c -> c.field(field.name()));
    if (field.owner().isEmpty() && code.isPresent() && isStatic(declaring.get(), code.get())) {
      return fixed(declaring.get()).fields.getOrDefault(key, Evaluator.zero(field.type()));
    }
    Value owner =
        field
            .owner()
            .map(o -> evaluator.evaluate(o, frame))
            .orElseGet(
                () ->
                    enclosing(frame.self, field.declaring())
                        .map(i -> (Value) i)
                        .orElse(Value.Constant.NULL));
    return read(owner, key, field);
  }

  private Value read(Value owner, String key, Expression.Field field) {
    if (owner instanceof Value.Instance instance) {
      Value value = instance.fields.get(key);
      if (value == null) {
        boolean declared = evaluator.classes.find(field.declaring()).isPresent();
        value =
            instance.path.isEmpty() && declared
                ? Evaluator.zero(field.type())
                : evaluator.unknown(
                    field.type(),
                    instance.path.isEmpty() ? field.name() : instance.path + "." + field.name());
        instance.fields.put(key, value);
      }
      return value;
    }
    if (owner instanceof Value.Elements array && field.name().equals("length")) {
      return Lists.size(array);
    }
    if (owner instanceof Value.Choice choice) {
      return evaluator
          .joins
          .all(
              choice.options().stream()
                  .filter(o -> !o.isNull())
                  .map(o -> read(o, key, field))
                  .toList())
          .orElse(Value.Constant.NULL);
    }
    if (field.owner().isEmpty()) {
      return JavaLibrary.constant(field)
          .orElseGet(() -> evaluator.unknown(field.type(), simple(key)));
    }
    return evaluator.unknown(field.type(), Paths.of(owner) + "." + field.name());
  }

  /**
   * A method of an object runs whose code is not in sight: it may call the object's own, and so set
   * what nothing has set yet.
   */
  void maySet(Value.Instance instance) {
    if (!instance.path.isEmpty()) {
      // What it has not set is not known anyway.
      return;
    }
    evaluator.journal.before(instance);
    for (String type : evaluator.classes.line(instance.type)) {
      evaluator
          .classes
          .find(type)
          .ifPresent(
              code ->
                  code.fields().stream()
                      .filter(field -> code.assignedOutside().contains(field.name()))
                      .filter(field -> !isStatic(code, field))
                      .forEach(field -> maySet(instance, type, field)));
    }
  }

  private void maySet(Value.Instance instance, String type, ClassCode.FieldCode field) {
    String key = type + "." + field.name();
    Value unset = Evaluator.zero(field.type());
    if (instance.fields.getOrDefault(key, unset).equals(unset)) {
      instance.fields.put(key, evaluator.unknown(field.type(), field.name()));
    }
  }

  private static String simple(String key) {
    int dot = key.lastIndexOf('.', key.lastIndexOf('.') - 1);
    return key.substring(dot + 1);
  }

  private static boolean isStatic(ClassCode code, ClassCode.FieldCode field) {
    return field.modifiers().contains("static") || code.frame().kind() == ClassCode.Kind.INTERFACE;
  }

  void store(Expression.Field field, Value value, Frame frame) {
    String key = field.declaring() + "." + field.name();
    Optional<ClassCode> declaring = evaluator.classes.find(field.declaring());
    boolean fixed =
        declaring.flatMap(c -> c.field(field.name()).map(f -> isStatic(c, f))).orElse(false);
    Value owner =
        fixed
            ? fixed(declaring.orElseThrow())
            : field
                .owner()
                .map(o -> evaluator.evaluate(o, frame))
                .orElseGet(
                    () ->
                        enclosing(frame.self, field.declaring())
                            .map(i -> (Value) i)
                            .orElse(Value.Constant.NULL));
    if (owner instanceof Value.Instance instance) {
      evaluator.journal.before(instance);
      instance.fields.put(key, value);
    }
  }

  /** The static fields of a class. */
  Value.Instance fixed(ClassCode code) {
    Value.Instance known = statics.get(code.name());
    if (known != null) {
      return known;
    }
    Value.Instance made = new Value.Instance(code.name(), "");
    statics.put(code.name(), made);
    Trace.Place place = evaluator.trace.place();
    evaluator.journal.apart(
        () ->
            evaluator.trace.silently(
                () -> {
                  initialise(code, made);
                  return made;
                }));
    evaluator.trace.at(place);
    return made;
  }

  private void initialise(ClassCode code, Value.Instance made) {
    Frame frame = new Frame(code, null, Map.of());
    int ordinal = 0;
    for (ClassCode.FieldCode field : code.fields()) {
      if (isStatic(code, field) && field.value().isPresent()) {
        evaluator.trace.at(new Trace.Place(code.file(), field.span()));
        Value value;
        try {
          value = evaluator.evaluate(field.value().get(), frame);
        } catch (Thrown thrown) {
          value = evaluator.unknown(field.type(), field.name());
        }
        boolean constant =
            code.frame().kind() == ClassCode.Kind.ENUM
                && value instanceof Value.Instance
                && field.type().equals(code.name());
        if (constant) {
          ((Value.Instance) value).fields.put("$name", new Value.Constant(field.name()));
          ((Value.Instance) value).fields.put("$ordinal", Value.Whole.of(ordinal++));
        }
        made.fields.put(code.name() + "." + field.name(), value);
      }
    }
    for (ClassCode.Initialiser initialiser : code.frame().initialisers()) {
      if (initialiser.isStatic()) {
        try {
          evaluator.execute(initialiser.body(), frame);
        } catch (Thrown thrown) {
          // The fields that it would have set keep their defaults.
          evaluator.trace.gap(thrown.place);
        }
      }
    }
  }

  /** The constants of an enum in their order. */
  List<Value> constants(ClassCode code) {
    return code.fields().stream()
        .filter(f -> f.type().equals(code.name()) && f.modifiers().contains("static"))
        .map(f -> fixed(code).fields.get(code.name() + "." + f.name()))
        .filter(v -> v instanceof Value.Instance i && i.fields.containsKey("$name"))
        .toList();
  }

  /** The object among this one and those around it that is of a class. */
  Optional<Value.Instance> enclosing(Value.Instance self, String type) {
    for (Value.Instance at = self; at != null; at = at.outer) {
      if (evaluator.classes.isSubtype(at.type, type)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  // Objects.

  Value create(Expression.Creation creation, Frame frame) {
    List<Value> arguments = new ArrayList<>();
    int count = creation.body() ? creation.parameters().size() : creation.arguments().size();
    if (creation.body() && creation.varArgs()) {
      count = creation.arguments().size();
    }
    for (Expression argument :
        creation.arguments().subList(0, Math.min(count, creation.arguments().size()))) {
      arguments.add(evaluator.evaluate(argument, frame));
    }
    evaluator.trace.at(new Trace.Place(frame.code.file(), creation.span()));
    Optional<Value> ofJava = JavaLibrary.create(creation.type(), arguments, creation, evaluator);
    if (ofJava.isPresent()) {
      return ofJava.get();
    }
    Optional<ClassCode> code = evaluator.classes.find(creation.type());
    if (code.isEmpty()) {
      return evaluator.unknown(creation.type(), "new " + shortName(creation.type()));
    }
    List<Value> packed = Calls.packed(arguments, creation.parameters(), creation.varArgs());
    Value.Instance made = new Value.Instance(creation.type(), "");
    made.captured = isLocal(creation.type()) ? new LinkedHashMap<>(frame.variables) : Map.of();
    made.outer =
        creation
            .outer()
            .map(o -> evaluator.evaluate(o, frame))
            .filter(Value.Instance.class::isInstance)
            .map(Value.Instance.class::cast)
            .orElseGet(
                () ->
                    creation.body() || isLocal(creation.type())
                        ? frame.self
                        : enclosing(frame.self, code.get().frame().enclosing()).orElse(null));
    evaluator.calls.deeper(
        () -> {
          construct(made, code.get(), creation.parameters(), packed);
          return Value.Constant.NOTHING;
        });
    if (code.get().isBlock()) {
      evaluator.layer();
    }
    return made;
  }

  private static String shortName(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static boolean isLocal(String type) {
    return type.matches(".*\\$\\d.*");
  }

  /** Runs a constructor of a class, or what stands for it, on an object. */
  void construct(
      Value.Instance made, ClassCode code, List<String> parameters, List<Value> arguments) {
    if (code.frame().kind() == ClassCode.Kind.RECORD && setComponents(made, code, arguments)) {
      return;
    }
    Optional<MethodCode> constructor =
        evaluator.classes.fitting(code.constructors(), parameters, arguments);
    if (constructor.isEmpty()) {
      constructor =
          code.constructors().stream()
              .filter(MethodCode::varArgs)
              .findFirst()
              .filter(c -> !arguments.isEmpty() || code.constructors().size() == 1);
      if (constructor.isEmpty()) {
        above(made, code, parameters, code.constructors().isEmpty() ? arguments : List.of());
        initialiseFields(made, code);
        return;
      }
    }
    MethodCode method = constructor.get();
    List<Value> fitting = arguments;
    if (method.varArgs() && method.parameters().size() != arguments.size()) {
      fitting =
          Calls.packed(arguments, method.parameters().stream().map(p -> p.type()).toList(), true);
    }
    Frame frame = new Frame(code, made, Calls.bound(method, fitting));
    boolean delegates =
        method.body().statements().stream()
            .findFirst()
            .filter(
                s ->
                    s instanceof Statement.Other other
                        && other.form().orElse(null) instanceof Form.ConstructorCall)
            .isPresent();
    if (!delegates) {
      above(made, code, List.of(), List.of());
      initialiseFields(made, code);
    }
    evaluator.execution.run(method.body(), frame);
  }

  private boolean setComponents(Value.Instance made, ClassCode code, List<Value> arguments) {
    List<MethodCode.Parameter> components = code.frame().components();
    boolean written =
        code.constructors().stream()
            .anyMatch(
                c -> !c.name().equals("<compact>") && c.parameters().size() == arguments.size());
    if (written || components.size() != arguments.size()) {
      return false;
    }
    Map<String, Value> values = new LinkedHashMap<>();
    for (int i = 0; i < components.size(); i++) {
      values.put(components.get(i).name(), arguments.get(i));
    }
    Frame frame = new Frame(code, made, values);
    code.constructors().stream()
        .filter(c -> c.name().equals("<compact>"))
        .findFirst()
        .ifPresent(c -> evaluator.execution.run(c.body(), frame));
    components.forEach(
        c -> made.fields.put(code.name() + "." + c.name(), frame.variables.get(c.name())));
    return true;
  }

  /** The constructor of the superclass. */
  private void above(
      Value.Instance made, ClassCode code, List<String> parameters, List<Value> arguments) {
    evaluator
        .classes
        .find(code.frame().superclass())
        .ifPresent(superclass -> construct(made, superclass, parameters, arguments));
  }

  private void initialiseFields(Value.Instance made, ClassCode code) {
    Frame frame = new Frame(code, made, Map.of());
    for (ClassCode.FieldCode field : code.fields()) {
      if (!isStatic(code, field) && field.value().isPresent()) {
        evaluator.trace.at(new Trace.Place(code.file(), field.span()));
        made.fields.put(
            code.name() + "." + field.name(), evaluator.evaluate(field.value().get(), frame));
      }
    }
    for (ClassCode.Initialiser initialiser : code.frame().initialisers()) {
      if (!initialiser.isStatic()) {
        evaluator.execute(initialiser.body(), frame);
      }
    }
  }

  /** A call of another constructor of this class or of the one above. */
  void delegate(Form.ConstructorCall call, Frame frame) {
    List<Value> arguments =
        Calls.packed(
            evaluator.evaluate(call.arguments(), frame), call.parameters(), call.varArgs());
    if (!call.ofSuper()) {
      construct(frame.self, frame.code, call.parameters(), arguments);
      return;
    }
    above(frame.self, frame.code, call.parameters(), arguments);
    initialiseFields(frame.self, frame.code);
  }

  /** A value of a class of which nothing but names is known. */
  Value symbolic(String type, String path) {
    Optional<ClassCode> code = evaluator.classes.find(type);
    boolean open =
        code.isPresent()
            && code.get().isConcrete()
            && !evaluator.classes.isSubtype(type, Djl.BLOCK)
            && !type.startsWith("ai.djl.ndarray.");
    return open ? new Value.Instance(type, path) : new Value.Unknown(type, path);
  }

  /** What a loop over a value walks; empty when that is not known. */
  Optional<List<Value>> items(Value walked) {
    if (walked instanceof Value.Elements elements) {
      return Optional.of(List.copyOf(elements.items));
    }
    if (walked instanceof Value.Instance instance
        && evaluator.classes.isSubtype(instance.type, Djl.PAIR_LIST)) {
      return pairs(instance);
    }
    return Optional.empty();
  }

  /** The pairs of DJL's own kind of list. */
  private Optional<List<Value>> pairs(Value.Instance list) {
    boolean known =
        list.fields.get(Djl.PAIR_LIST + ".keys") instanceof Value.Elements keys
            && keys.open.isEmpty();
    if (!known) {
      return Optional.empty();
    }
    int size = ((Value.Elements) list.fields.get(Djl.PAIR_LIST + ".keys")).items.size();
    List<Value> pairs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      pairs.add(
          evaluator.calls.invoke(
              list, "get", List.of("int"), List.of(Value.Whole.of(i)), Djl.PAIR));
    }
    return Optional.of(pairs);
  }
}
