package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Calls: which method runs, and what it gives. */
final class Calls {

  private static final int DEEPEST = 120;
  private static final Set<String> FUNCTIONAL =
      Set.of(
          "apply",
          "accept",
          "test",
          "get",
          "run",
          "call",
          "applyAsInt",
          "applyAsLong",
          "applyAsDouble",
          "compare",
          "getAsInt",
          "getAsLong");

  private final Evaluator evaluator;
  private final Framework djl;
  private int depth;

  Calls(Evaluator evaluator) {
    this.evaluator = evaluator;
    djl = new Framework(evaluator);
  }

  Framework djl() {
    return djl;
  }

  /** One call inside another, up to a limit. */
  <T> T deeper(Supplier<T> action) {
    if (depth >= DEEPEST) {
      throw evaluator.thrown("calls itself too often");
    }
    Trace.Place place = evaluator.trace.place();
    depth++;
    try {
      T result = action.get();
      evaluator.trace.at(place);
      return result;
    } finally {
      depth--;
    }
  }

  Value call(Expression.Call call, Frame frame) {
    Optional<Value> receiver = call.receiver().map(r -> evaluator.evaluate(r, frame));
    List<Value> arguments = new ArrayList<>();
    call.arguments().forEach(a -> arguments.add(evaluator.evaluate(a, frame)));
    evaluator.trace.at(new Trace.Place(frame.code.file(), call.span()));
    if (call.declaring().startsWith(RuntimeNames.PACKAGE)
        && !arguments.isEmpty()
        && !call.method().equals("group")) {
      // Inserted by the compiler: on one device it gives back what it is given.
      return arguments.get(0);
    }
    List<Value> packed = packed(arguments, call.parameters(), call.varArgs());
    boolean ofSuper =
        call.receiver().orElse(null) instanceof Expression.Other other
            && other.form().orElse(null) instanceof Form.Super;
    if (ofSuper && frame.self != null) {
      return superCall(call, packed, frame);
    }
    if (receiver.isPresent()) {
      return on(receiver.get(), call, packed);
    }
    Optional<Value.Instance> self = evaluator.objects.enclosing(frame.self, call.declaring());
    if (self.isPresent()) {
      Optional<Classes.Found> own =
          evaluator.classes.method(self.get().type, call.method(), call.parameters(), packed);
      boolean isStatic =
          own.map(found -> found.method().modifiers().contains("static")).orElse(false);
      if (!isStatic) {
        return on(self.get(), call, packed);
      }
    }
    return fixed(call.declaring(), call.method(), call.parameters(), packed, call.type());
  }

  private Value superCall(Expression.Call call, List<Value> arguments, Frame frame) {
    List<String> above = new ArrayList<>();
    above.add(frame.code.frame().superclass());
    above.addAll(frame.code.frame().interfaces());
    for (String type : above) {
      Optional<Classes.Found> found =
          type.isEmpty()
              ? Optional.empty()
              : evaluator.classes.method(type, call.method(), call.parameters(), arguments);
      if (found.isPresent()) {
        return run(found.get(), frame.self, arguments);
      }
    }
    return evaluator.unknown(call.type(), "super." + call.method() + "()");
  }

  private Value on(Value receiver, Expression.Call call, List<Value> arguments) {
    return invoke(receiver, call.method(), call.parameters(), arguments, call.type());
  }

  /** Calls a method of a value. */
  Value invoke(
      Value receiver, String method, List<String> parameters, List<Value> arguments, String type) {
    if (receiver instanceof Value.Choice choice) {
      List<Supplier<Value>> ways = new ArrayList<>();
      choice.options().stream()
          .filter(option -> !option.isNull())
          .forEach(o -> ways.add(() -> invoke(o, method, parameters, arguments, type)));
      return evaluator.either(ways);
    }
    if (receiver.isNull()) {
      throw evaluator.thrown("calls " + method + " on null");
    }
    if (receiver instanceof Value.Function function) {
      return function(function, method, arguments, type);
    }
    Optional<Value> special = djl.method(receiver, method, arguments, type);
    if (special.isPresent()) {
      return special.get();
    }
    if (receiver instanceof Value.Instance instance) {
      Optional<Classes.Found> found =
          evaluator.classes.method(instance.type, method, parameters, arguments);
      return found.isPresent()
          ? run(found.get(), instance, arguments)
          : JavaLibrary.ofObject(instance, method, arguments, evaluator)
              .orElseGet(() -> outside(receiver, method, arguments, type));
    }
    return JavaLibrary.method(receiver, method, arguments, type, evaluator)
        .orElseGet(() -> outside(receiver, method, arguments, type));
  }

  /** A call of something whose code is not in sight. What it is given may change. */
  private Value outside(Value receiver, String method, List<Value> arguments, String type) {
    if (receiver instanceof Value.Instance own) {
      evaluator.objects.maySet(own);
    }
    String owner =
        receiver instanceof Value.Instance instance
            ? instance.type
            : receiver instanceof Value.Unknown unknown ? unknown.type() : "";
    return evaluator
        .ruled
        .method(owner, method, Optional.of(receiver), arguments, type)
        .orElseGet(() -> unknown(Paths.of(receiver), method, arguments, type));
  }

  private Value unknown(String receiver, String method, List<Value> arguments, String type) {
    return evaluator.unknown(
        type,
        receiver
            + "."
            + method
            + arguments.stream()
                .map(Paths::of)
                .collect(java.util.stream.Collectors.joining(", ", "(", ")")));
  }

  /** Calls a static method. */
  Value fixed(
      String declaring,
      String method,
      List<String> parameters,
      List<Value> arguments,
      String type) {
    Optional<Value> known = djl.fixed(declaring, method, arguments, type);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<ClassCode> code = evaluator.classes.find(declaring);
    if (code.isPresent()) {
      Optional<Classes.Found> found =
          evaluator.classes.method(declaring, method, parameters, arguments);
      if (found.isPresent()) {
        return run(found.get(), null, arguments);
      }
      if (code.get().frame().kind() == ClassCode.Kind.ENUM && method.equals("values")) {
        return new Value.Elements(declaring + "[]", evaluator.objects.constants(code.get()), "");
      }
    }
    return JavaLibrary.fixed(declaring, method, arguments, type, evaluator)
        .or(() -> evaluator.ruled.method(declaring, method, Optional.empty(), arguments, type))
        .orElseGet(() -> unknown(simple(declaring), method, arguments, type));
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** Runs a method. */
  Value run(Classes.Found found, Value.Instance self, List<Value> arguments) {
    MethodCode method = found.method();
    return deeper(
        () ->
            evaluator.execution.run(
                method.body(), new Frame(found.owner(), self, bound(method, arguments))));
  }

  static Map<String, Value> bound(MethodCode method, List<Value> arguments) {
    Map<String, Value> variables = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(arguments.size(), method.parameters().size()); i++) {
      variables.put(method.parameters().get(i).name(), arguments.get(i));
    }
    return variables;
  }

  /** The arguments as the method has them: those of a variable number are an array. */
  static List<Value> packed(List<Value> arguments, List<String> parameters, boolean varArgs) {
    if (!varArgs || parameters.isEmpty()) {
      return arguments;
    }
    int fixed = parameters.size() - 1;
    boolean given =
        arguments.size() == parameters.size()
            && (arguments.get(fixed) instanceof Value.Elements e && e.isArray()
                || arguments.get(fixed).isNull());
    if (given || arguments.size() < fixed) {
      return arguments;
    }
    List<Value> packed = new ArrayList<>(arguments.subList(0, fixed));
    packed.add(
        new Value.Elements(parameters.get(fixed), arguments.subList(fixed, arguments.size()), ""));
    return packed;
  }

  private Value function(
      Value.Function function, String method, List<Value> arguments, String type) {
    return switch (method) {
      case "andThen" ->
          new Value.Function(
              given -> apply(arguments.get(0), List.of(function.body().call(given)), type));
      case "compose" ->
          new Value.Function(
              given -> function.body().call(List.of(apply(arguments.get(0), given, type))));
      case "negate" ->
          new Value.Function(
              given ->
                  function
                      .body()
                      .call(given)
                      .truth()
                      .map(t -> (Value) new Value.Constant(!t))
                      .orElseGet(() -> evaluator.unknown("boolean", "!")));
      case "getClass" -> new Value.Type("Lambda");
      case "hashCode" -> evaluator.unknown("int", "hashCode");
      default -> function.body().call(arguments);
    };
  }

  /** Calls a function, be it a lambda or an object. */
  Value apply(Value function, List<Value> arguments, String type) {
    if (function instanceof Value.Function known) {
      return known.body().call(arguments);
    }
    if (function instanceof Value.Instance instance) {
      for (String name : FUNCTIONAL) {
        Optional<Classes.Found> found =
            evaluator.classes.method(instance.type, name, List.of(), arguments);
        if (found.isPresent()) {
          return run(found.get(), instance, arguments);
        }
      }
    }
    return evaluator.unknown(
        type,
        Paths.of(function)
            + arguments.stream()
                .map(Paths::of)
                .collect(java.util.stream.Collectors.joining(", ", "(", ")")));
  }

  /** The function that a method reference is. */
  Value reference(Form.Reference reference, Frame frame) {
    if (reference.method().equals("<init>")) {
      return new Value.Function(
          arguments ->
              evaluator.objects.create(
                  new Expression.Creation(
                      frame.code.span(),
                      reference.owner(),
                      values(arguments, frame),
                      false,
                      reference.parameters(),
                      false,
                      Optional.empty()),
                  given(arguments, frame)));
    }
    if (reference.isStatic()) {
      return new Value.Function(
          arguments ->
              fixed(reference.owner(), reference.method(), reference.parameters(), arguments, ""));
    }
    Optional<Value> bound =
        reference
            .bound()
            .filter(
                b ->
                    !(b instanceof Expression.Other o
                        && o.form().orElse(null) instanceof Form.TypeName))
            .map(b -> evaluator.evaluate(b, frame));
    return new Value.Function(
        arguments ->
            bound
                .map(b -> invoke(b, reference.method(), reference.parameters(), arguments, ""))
                .orElseGet(
                    () ->
                        invoke(
                            arguments.get(0),
                            reference.method(),
                            reference.parameters(),
                            arguments.subList(1, arguments.size()),
                            "")));
  }

  private static List<Expression> values(List<Value> arguments, Frame frame) {
    List<Expression> names = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      names.add(new Expression.Name(frame.code.span(), "", "$" + i));
    }
    return names;
  }

  private static Frame given(List<Value> arguments, Frame frame) {
    Frame inner = new Frame(frame.code, frame.self, Map.of());
    for (int i = 0; i < arguments.size(); i++) {
      inner.variables.put("$" + i, arguments.get(i));
    }
    return inner;
  }
}
