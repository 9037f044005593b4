package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.MethodCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Methods and constructors run with arguments of which nothing but their names is known, and main.
 */
final class Entries {

  private final Evaluator evaluator;
  private final Map<String, Optional<Value>> instances = new HashMap<>();

  private final Map<String, String> reasons = new HashMap<>();

  private String last = "";

  Entries(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** Runs a method; empty when it cannot end. */
  Optional<Value> run(ClassCode code, MethodCode method) {
    Value.Instance self = null;
    if (!method.modifiers().contains("static")) {
      // Of other objects, such as builders, any state is possible.
      Optional<Value> made = code.isConcrete() && code.isBlock() ? make(code) : Optional.empty();
      self =
          made.isPresent() && made.get() instanceof Value.Instance instance
              ? instance
              : new Value.Instance(code.name(), code.simpleName());
    }
    Value.Instance on = self;
    return guarded(
        code,
        method,
        () ->
            evaluator.calls.run(new Classes.Found(code, method), on, unknown(method.parameters())));
  }

  /** Runs a program's main method with the words of its command line. */
  void start(ClassCode code, MethodCode main, List<String> words) {
    List<Value> texts = new ArrayList<>();
    words.forEach(word -> texts.add(new Value.Constant(word)));
    Value arguments = new Value.Elements(main.parameters().get(0).type(), texts, "");
    guarded(
        code,
        main,
        () -> evaluator.calls.run(new Classes.Found(code, main), null, List.of(arguments)));
  }

  private Optional<Value> guarded(ClassCode code, MethodCode method, Supplier<Value> action) {
    evaluator.restart();
    evaluator.trace.at(new Trace.Place(code.file(), method.span()));
    try {
      return Optional.of(action.get());
    } catch (Thrown thrown) {
      evaluator.trace.gap(thrown.place);
      last = thrown.place.why();
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError fault) {
      last = "evaluation failed: " + fault;
      evaluator.trace.gap(last);
      return Optional.empty();
    }
  }

  List<Value> unknown(List<MethodCode.Parameter> parameters) {
    List<Value> values = new ArrayList<>();
    parameters.forEach(p -> values.add(evaluator.unknown(p.type(), p.name())));
    return values;
  }

  boolean isBlock(String type) {
    return !type.isEmpty() && evaluator.classes.isSubtype(type, Djl.BLOCK);
  }

  /** An object of a class, by its constructor that takes most; the same at every call. */
  Optional<Value> make(ClassCode code) {
    if (!instances.containsKey(code.name())) {
      instances.put(code.name(), Optional.empty());
      instances.put(code.name(), made(code));
    }
    return instances.get(code.name());
  }

  /** Why the last method that could not end did not. */
  String last() {
    return last;
  }

  /** Why there is no object of a class. */
  String why(ClassCode code) {
    return reasons.getOrDefault(code.name(), "it is not evaluated");
  }

  private Optional<Value> made(ClassCode code) {
    return construct(
        code,
        code.constructors().stream()
            .filter(c -> !c.name().equals("<compact>"))
            .max(Comparator.comparingInt(c -> c.parameters().size())));
  }

  /** Runs one of a class's constructors. */
  void construct(ClassCode code, MethodCode constructor) {
    if (!constructor.name().equals("<compact>")) {
      construct(code, Optional.of(constructor));
    }
  }

  private Optional<Value> construct(ClassCode code, Optional<MethodCode> constructor) {
    Value.Instance instance = new Value.Instance(code.name(), "");
    List<MethodCode.Parameter> parameters =
        constructor.map(MethodCode::parameters).orElse(code.frame().components());
    if (code.frame().holdsOuter()) {
      evaluator
          .classes
          .find(code.frame().enclosing())
          .filter(ClassCode::isConcrete)
          .flatMap(this::make)
          .ifPresent(o -> instance.outer = (Value.Instance) o);
    }
    evaluator.restart();
    evaluator.trace.at(
        new Trace.Place(code.file(), constructor.map(MethodCode::span).orElse(code.span())));
    try {
      evaluator.objects.construct(
          instance,
          code,
          parameters.stream().map(MethodCode.Parameter::type).toList(),
          unknown(parameters));
      return Optional.of(instance);
    } catch (Thrown thrown) {
      evaluator.trace.gap(thrown.place);
      reasons.put(code.name(), thrown.place.why());
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError fault) {
      evaluator.trace.gap("evaluation failed: " + fault);
      reasons.put(code.name(), "evaluation failed: " + fault);
      return Optional.empty();
    }
  }
}
