package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.Gap;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.shard.RuleTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The values of expressions. */
final class Evaluator {

  private static final Set<String> WHOLE =
      Set.of(
          "int",
          "long",
          "short",
          "byte",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Short",
          "java.lang.Byte");
  private static final int MOST_STEPS = 4_000_000;
  private static final int MOST_STEPS_WITHOUT_LAYER = 50_000;

  final Classes classes;
  final Trace trace;
  final Joins joins;
  final Journal journal;
  final Execution execution;
  final Calls calls;
  final Objects objects;
  final Ruled ruled;

  /** Is told of every value that an expression of the program has. */
  final Observer observer;

  /** How sizes that are sums are put together. */
  final Map<Dim, Operators.Offset> offsets = new HashMap<>();

  private long steps;
  private long lastLayer;
  private int names;
  private int repeats;

  /** Who wants to know what expressions are worth. */
  @FunctionalInterface
  interface Observer {
    void saw(ClassCode code, Expression expression, Value value);
  }

  Evaluator(Classes classes, RuleTable rules, Observer observer) {
    this.classes = classes;
    this.observer = observer;
    trace = new Trace();
    joins = new Joins(trace);
    journal = new Journal(joins);
    execution = new Execution(this);
    objects = new Objects(this);
    calls = new Calls(this);
    ruled = new Ruled(this, rules);
  }

  /** Starts counting anew. */
  void restart() {
    steps = 0;
    lastLayer = 0;
  }

  /** How far evaluation has come. */
  long steps() {
    return steps;
  }

  /** A layer is made. */
  void layer() {
    lastLayer = steps;
  }

  /**
   * Whether what began at a step, such as a loop that makes data, has nothing to do with layers.
   */
  boolean isAside(long start) {
    return !trace.isRecording() && steps - Math.max(start, lastLayer) > MOST_STEPS_WITHOUT_LAYER;
  }

  /** Evaluates something that the program does nobody knows how often. */
  <T> T repeated(Supplier<T> action) {
    repeats++;
    try {
      return action.get();
    } finally {
      repeats--;
    }
  }

  /** Whether what is evaluated now stands for any number of times. */
  boolean isRepeated() {
    return repeats > 0;
  }

  /** A name that nothing else has. */
  String fresh(String name) {
    return name + "'" + names++;
  }

  Value evaluate(Expression expression, Frame frame) {
    if (++steps > MOST_STEPS) {
      throw new Thrown(
          new Gap(frame.code.file(), expression.span(), "takes too many steps to evaluate"));
    }
    Value value = value(expression, frame);
    observer.saw(frame.code, expression, value);
    return value;
  }

  private Value value(Expression expression, Frame frame) {
    if (expression instanceof Expression.Literal literal) {
      return literal(literal);
    }
    if (expression instanceof Expression.Name name) {
      return variable(name, frame);
    }
    if (expression instanceof Expression.This) {
      return frame.self == null ? unknown(expression.type(), "this") : frame.self;
    }
    if (expression instanceof Expression.Field field) {
      return objects.field(field, frame);
    }
    if (expression instanceof Expression.Binary both) {
      return Operators.binary(both, frame, this);
    }
    if (expression instanceof Expression.Cast cast) {
      return cast(cast, evaluate(cast.value(), frame));
    }
    if (expression instanceof Expression.Assignment assignment) {
      return assign(assignment, frame);
    }
    if (expression instanceof Expression.Conditional choice) {
      return conditional(choice, frame);
    }
    if (expression instanceof Expression.ArrayOf array) {
      return new Value.Elements(array.type(), evaluate(array.items(), frame), "");
    }
    if (expression instanceof Expression.Creation creation) {
      return objects.create(creation, frame);
    }
    if (expression instanceof Expression.Call call) {
      return calls.call(call, frame);
    }
    Expression.Other other = (Expression.Other) expression;
    return other.form().map(form -> form(other, form, frame)).orElseGet(() -> other(other, frame));
  }

  List<Value> evaluate(List<Expression> expressions, Frame frame) {
    List<Value> values = new ArrayList<>();
    expressions.forEach(e -> values.add(evaluate(e, frame)));
    return values;
  }

  private static Value literal(Expression.Literal literal) {
    Object value = literal.value().orElse(null);
    return value instanceof Long number ? Value.Whole.of(number) : new Value.Constant(value);
  }

  private Value variable(Expression.Name name, Frame frame) {
    if (frame.variables.containsKey(name.name())) {
      return frame.variables.get(name.name());
    }
    for (Value.Instance at = frame.self; at != null; at = at.outer) {
      if (at.captured.containsKey(name.name())) {
        return at.captured.get(name.name());
      }
    }
    return unknown(name.type(), name.name());
  }

  private Value cast(Expression.Cast cast, Value value) {
    if (value instanceof Value.Whole number && !WHOLE.contains(cast.type())) {
      boolean fraction = cast.type().equals("float") || cast.type().equals("double");
      return fraction && number.dim().isNumber()
          ? new Value.Constant((double) number.dim().numerator())
          : value;
    }
    if (value instanceof Value.Constant constant
        && constant.value() instanceof Double fraction
        && WHOLE.contains(cast.type())) {
      return Value.Whole.of(fraction.longValue());
    }
    if (value instanceof Value.Unknown unknown) {
      boolean narrower =
          unknown.type().isEmpty()
              || !classes.isSubtype(unknown.type(), cast.type()) && !cast.type().isEmpty();
      return narrower ? unknown(cast.type(), unknown.path()) : value;
    }
    return value;
  }

  private Value assign(Expression.Assignment assignment, Frame frame) {
    String operator = assignment.operator();
    Value value;
    if (operator.equals("=")) {
      value = evaluate(assignment.value(), frame);
    } else {
      Value before = evaluate(assignment.target(), frame);
      Value operand = evaluate(assignment.value(), frame);
      String plain = operator.substring(0, operator.length() - 1);
      value = Operators.apply(plain, assignment.target().type(), before, operand, this);
    }
    return store(assignment.target(), value, frame);
  }

  /** Gives a variable, field or element a value. */
  Value store(Expression target, Value value, Frame frame) {
    if (target instanceof Expression.Name name) {
      journal.before(frame);
      frame.variables.put(name.name(), value);
    } else if (target instanceof Expression.Field field) {
      objects.store(field, value, frame);
    } else if (target instanceof Expression.Other other
        && other.form().orElse(null) instanceof Form.Index index
        && evaluate(index.array(), frame) instanceof Value.Elements elements) {
      Optional<Long> at = evaluate(index.index(), frame).number();
      journal.before(elements);
      if (at.isPresent() && at.get() >= 0 && at.get() < elements.items.size()) {
        elements.items.set(at.get().intValue(), value);
      } else {
        elements.open = elements.open.isEmpty() ? fresh("element") : elements.open;
      }
    }
    return value;
  }

  private Value conditional(Expression.Conditional choice, Frame frame) {
    Value condition = evaluate(choice.condition(), frame);
    if (condition.truth().isPresent()) {
      return evaluate(condition.truth().get() ? choice.then() : choice.otherwise(), frame);
    }
    return either(
        List.of(() -> evaluate(choice.then(), frame), () -> evaluate(choice.otherwise(), frame)));
  }

  /** What comes of several ways of which one is taken. Those that throw are not. */
  Value either(List<Supplier<Value>> ways) {
    List<Value> values = new ArrayList<>();
    List<Map<Mutable, Object>> states = new ArrayList<>();
    Thrown last = null;
    for (Supplier<Value> way : ways) {
      Journal.End<Value> end = journal.tried(way);
      if (end.thrown().isPresent()) {
        last = end.thrown().get();
      } else {
        values.add(end.result().orElseThrow());
        states.add(end.after());
      }
    }
    if (values.isEmpty()) {
      throw java.util.Objects.requireNonNull(last);
    }
    journal.join(states);
    return joins.all(values).orElseThrow();
  }

  private Value form(Expression.Other other, Form form, Frame frame) {
    if (form instanceof Form.Lambda lambda) {
      return lambda(lambda, frame);
    }
    if (form instanceof Form.Reference reference) {
      return calls.reference(reference, frame);
    }
    if (form instanceof Form.Unary unary) {
      return Operators.unary(other, unary, frame, this);
    }
    if (form instanceof Form.Index index) {
      return element(evaluate(index.array(), frame), evaluate(index.index(), frame), other.type());
    }
    if (form instanceof Form.NewArray array) {
      return newArray(other.type(), evaluate(array.lengths(), frame));
    }
    if (form instanceof Form.InstanceOf test) {
      Value value = evaluate(test.value(), frame);
      test.variable()
          .ifPresent(
              v -> {
                journal.before(frame);
                frame.variables.put(v, value);
              });
      return instanceOf(value, test.type());
    }
    if (form instanceof Form.TypeName type) {
      return new Value.Type(type.name());
    }
    if (form instanceof Form.Super) {
      return frame.self == null ? unknown(other.type(), "super") : frame.self;
    }
    if (form instanceof Form.Outer outer) {
      return objects
          .enclosing(frame.self, outer.type())
          .map(i -> (Value) i)
          .orElseGet(() -> unknown(outer.type(), "this"));
    }
    if (form instanceof Form.Switch choice) {
      return execution.switchValue(choice, frame, other.type());
    }
    return other(other, frame);
  }

  private Value lambda(Form.Lambda lambda, Frame frame) {
    Map<String, Value> captured = new LinkedHashMap<>(frame.variables);
    return new Value.Function(
        arguments -> {
          Frame inner = new Frame(frame.code, frame.self, captured);
          for (int i = 0; i < Math.min(arguments.size(), lambda.parameters().size()); i++) {
            inner.variables.put(lambda.parameters().get(i), arguments.get(i));
          }
          return calls.deeper(() -> execution.run(lambda.body(), inner));
        });
  }

  private Value other(Expression.Other other, Frame frame) {
    if (other.what().equals("length") && other.parts().size() == 1) {
      Value array = evaluate(other.parts().get(0), frame);
      return array instanceof Value.Elements elements
          ? Lists.size(elements)
          : unknown("int", Paths.of(array) + ".length");
    }
    return unknown(other.type(), frame.code.file().text(other.span()).strip());
  }

  Value element(Value array, Value index, String type) {
    if (array instanceof Value.Elements elements) {
      Optional<Long> at = index.number();
      if (at.isPresent() && at.get() >= 0 && at.get() < elements.items.size()) {
        return elements.items.get(at.get().intValue());
      }
      if (at.isPresent() && elements.open.isEmpty()) {
        throw thrown("reads element " + at.get() + " of " + elements.items.size());
      }
      if (at.isPresent() && at.get() >= 0) {
        return Lists.more(elements, at.get().intValue(), this);
      }
      if (!elements.items.isEmpty() && elements.open.isEmpty()) {
        return joins.all(elements.items).orElseThrow();
      }
    }
    return unknown(type, Paths.of(array) + "[" + Paths.of(index) + "]");
  }

  private Value newArray(String type, List<Value> lengths) {
    Optional<Long> length = lengths.isEmpty() ? Optional.empty() : lengths.get(0).number();
    if (length.isEmpty() || length.get() > 100_000 || length.get() < 0) {
      return new Value.Elements(type, List.of(), fresh("array"));
    }
    String inner = type.endsWith("[]") ? type.substring(0, type.length() - 2) : "";
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < length.get(); i++) {
      items.add(
          lengths.size() > 1 ? newArray(inner, lengths.subList(1, lengths.size())) : zero(inner));
    }
    return new Value.Elements(type, items, "");
  }

  private Value instanceOf(Value value, String type) {
    if (value.isNull()) {
      return Value.Constant.FALSE;
    }
    String actual = Paths.type(value);
    if (actual.isEmpty() || value instanceof Value.Choice) {
      return unknown("boolean", "instanceof");
    }
    if (classes.isSubtype(actual, type)) {
      return Value.Constant.TRUE;
    }
    return value instanceof Value.Unknown || value instanceof Value.Function
        ? unknown("boolean", "instanceof")
        : Value.Constant.FALSE;
  }

  /** What a field of a type has before anything is assigned. */
  static Value zero(String type) {
    return switch (type) {
      case "int", "long", "short", "byte" -> Value.Whole.of(0);
      case "float", "double" -> new Value.Constant(0.0);
      case "boolean" -> Value.Constant.FALSE;
      default -> Value.Constant.NULL;
    };
  }

  /** A value of which only the type is known. */
  Value unknown(String type, String path) {
    if (WHOLE.contains(type)) {
      return new Value.Whole(Dim.symbol(path));
    }
    if (type.endsWith("[]") || type.equals(Djl.NDLIST) || type.equals(Streams.TYPE)) {
      return new Value.Elements(type, List.of(), path);
    }
    return switch (type) {
      case Djl.NDARRAY ->
          trace.node(
              "unknown",
              List.of(),
              Extents.open(path),
              "float32",
              dev.geminijava.passes.model.Amount.ZERO);
      case Djl.SHAPE -> new Value.Shape(Extents.open(path));
      case "void" -> Value.Constant.NOTHING;
      default -> objects.symbolic(type, path);
    };
  }

  /** The program throws where evaluation is. */
  Thrown thrown(String why) {
    Trace.Place place = trace.place();
    return new Thrown(new Gap(place.file(), place.span(), why));
  }

  /** Whether something is certainly true. */
  Optional<Boolean> truth(Expression condition, Frame frame) {
    return evaluate(condition, frame).truth();
  }

  /** A statement's completion. */
  Execution.Flow execute(Statement statement, Frame frame) {
    return execution.execute(statement, frame);
  }
}
