package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The value of an expression: one pass over all rules, with nothing run. */
final class Interpreter {

  private static final int DEEPEST = 8;

  final Analysis analysis;
  final Frame frame;

  Interpreter(Analysis analysis, Frame frame) {
    this.analysis = analysis;
    this.frame = frame;
  }

  /** The value of an expression for a use that has to have all of it on every rank. */
  Value evaluate(Expression expression) {
    return settled(unsettled(expression));
  }

  private Value settled(Value value) {
    return analysis.sums.settled(value);
  }

  /** The value of an expression, of which every rank may have a summand. */
  Value unsettled(Expression expression) {
    if (expression instanceof Expression.Name name) {
      return variable(name);
    }
    if (expression instanceof Expression.Literal literal) {
      return literal.value().orElse(null) instanceof Long number
          ? new Value.Size(Dim.of(number))
          : Value.Host.UNKNOWN;
    }
    if (expression instanceof Expression.Field field) {
      return field(field);
    }
    if (expression instanceof Expression.Cast cast) {
      Value value = unsettled(cast.value());
      boolean fraction = cast.type().equals("float") || cast.type().equals("double");
      return fraction && !value.isSplit() ? Value.Host.UNKNOWN : value;
    }
    if (expression instanceof Expression.Conditional choice) {
      refuseSplit(choice.condition().span(), "decides about", evaluate(choice.condition()));
      return choose(choice, unsettled(choice.then()), unsettled(choice.otherwise()));
    }
    if (expression instanceof Expression.Assignment assignment) {
      return assign(assignment);
    }
    if (expression instanceof Expression.Binary both) {
      return Arithmetic.of(both, evaluate(both.left()), evaluate(both.right()), analysis);
    }
    if (expression instanceof Expression.Creation creation) {
      return create(creation);
    }
    if (expression instanceof Expression.Call call) {
      return call(call);
    }
    List<Value> parts = values(expression.parts());
    if (expression instanceof Expression.ArrayOf array) {
      return new Value.Items(array.items(), List.copyOf(parts));
    }
    parts.forEach(part -> refuseSplit(expression.span(), "is used by an expression", part));
    if (expression instanceof Expression.Other other) {
      other.assigned().forEach(this::forget);
    }
    return analysis.unknown(expression.type());
  }

  /** A layer that a program makes or leaves null is that layer wherever it is called. */
  private Value choose(Expression.Conditional choice, Value then, Value otherwise) {
    if (then instanceof Value.Layer && isNull(choice.otherwise())) {
      return then;
    }
    if (otherwise instanceof Value.Layer && isNull(choice.then())) {
      return otherwise;
    }
    return analysis.joining().join(then, otherwise);
  }

  private boolean isNull(Expression expression) {
    return expression instanceof Expression.Literal literal
        && literal.value().isEmpty()
        && analysis.code.file().text(literal.span()).equals("null");
  }

  List<Value> values(List<Expression> expressions) {
    return unsettled(expressions).stream().map(this::settled).toList();
  }

  /** The values of expressions, of which every rank may have summands. */
  List<Value> unsettled(List<Expression> expressions) {
    List<Value> values = new ArrayList<>();
    expressions.forEach(e -> values.add(unsettled(e)));
    return values;
  }

  /** A variable changes in a way that is not understood. */
  void forget(String variable) {
    Value value = frame.variables.get(variable);
    if (value != null) {
      refuseSplit(frame.method.body().span(), "is changed in a place not understood", value);
      frame.variables.put(
          variable,
          value instanceof Value.Size
              ? new Value.Size(Dim.symbol(analysis.fresh()))
              : value instanceof Value.Array
                  ? Value.Array.whole(Extents.open(analysis.fresh()))
                  : value instanceof Value.Arrays || value instanceof Value.Bundle
                      ? new Value.Bundle(analysis.fresh())
                      : Value.Host.UNKNOWN);
    }
  }

  void refuseSplit(Span span, String what, Value given) {
    Value value = settled(given);
    if (value.isSplit()) {
      throw new Refusal(
          span, "a split value " + what + ", for which there is no rule", value.sources());
    }
  }

  private Value variable(Expression.Name name) {
    Value value = frame.variables.get(name.name());
    if (value instanceof Value.Clash clash) {
      throw new Refusal(
          name.span(), "is split on one way to here, and otherwise on another", clash.sources());
    }
    return value == null || value == Value.Host.UNKNOWN ? analysis.unknown(name.type()) : value;
  }

  private Value field(Expression.Field field) {
    Optional<Value> owner = field.owner().map(this::evaluate);
    if (owner.isPresent()) {
      refuseSplit(field.span(), "is read from", owner.get());
      String path = owner.get() instanceof Value.Host host ? host.path() : "";
      return path.isEmpty() ? analysis.unknown(field.type()) : named(path, field);
    }
    if (analysis.fields.containsKey(field.name()) && isOwn(field)) {
      Value value = analysis.fields.get(field.name());
      return value == Value.Host.UNKNOWN ? analysis.unknown(field.type()) : value;
    }
    Optional<Value> elsewhere =
        analysis
            .allFields
            .inherited(analysis.code, field.declaring(), field.name())
            .or(() -> analysis.allFields.constant(field.declaring(), field.name()))
            .filter(v -> v != Value.Host.UNKNOWN);
    if (elsewhere.isPresent()) {
      return elsewhere.get();
    }
    Optional<ClassCode.FieldCode> own = analysis.code.field(field.name()).filter(f -> isOwn(field));
    boolean steady = own.isPresent() && !analysis.code.assignedOutside().contains(field.name());
    return steady ? named("this", field) : layerOr(analysis.unknown(field.type()), field);
  }

  private boolean isOwn(Expression.Field field) {
    return field.declaring().equals(analysis.code.name());
  }

  private static Value layerOr(Value value, Expression.Field field) {
    return value instanceof Value.Layer layer
        ? new Value.Layer(layer.type(), Map.of(), field.name())
        : value;
  }

  /** Something that stays what it is while the object lives, known by how it is written. */
  private Value named(String owner, Expression.Field field) {
    String path = owner + "." + field.name();
    Value value = analysis.unknown(field.type());
    if (value instanceof Value.Size) {
      return new Value.Size(Dim.symbol(path));
    }
    if (value instanceof Value.Layer layer) {
      return new Value.Layer(layer.type(), Map.of(), path);
    }
    return value instanceof Value.Host ? new Value.Host(path) : value;
  }

  private Value assign(Expression.Assignment assignment) {
    Value value = kept(unsettled(assignment.value()), assignment.span());
    if (!assignment.operator().equals("=")) {
      refuseSplit(assignment.span(), "is assigned by " + assignment.operator(), value);
      value = analysis.unknown(assignment.type());
    }
    if (assignment.target() instanceof Expression.Name name) {
      frame.variables.put(name.name(), value);
      return value;
    }
    refuseSplit(assignment.span(), "is kept outside the method", value);
    assignment.target().parts().forEach(p -> refuseSplit(p.span(), "is changed", evaluate(p)));
    if (assignment.target() instanceof Expression.Field field
        && field.owner().isEmpty()
        && isOwn(field)
        && frame.method.name().equals("<init>")) {
      boolean sure = frame.branches == 0;
      analysis.fields.merge(
          field.name(),
          value,
          (before, after) -> sure ? after : analysis.joining().join(before, after));
    }
    return value;
  }

  private Value create(Expression.Creation creation) {
    List<Value> arguments = unsettled(creation.arguments());
    if (!creation.type().equals(Djl.NDLIST)) {
      arguments = arguments.stream().map(this::settled).toList();
    }
    if (creation.body()) {
      arguments.forEach(a -> refuseSplit(creation.span(), "is used by a class body", a));
      return analysis.unknown(creation.type());
    }
    if (creation.type().equals(Djl.NDLIST)) {
      return Lists.create(creation, arguments, analysis);
    }
    arguments.forEach(a -> refuseSplit(creation.span(), "is given to a new " + creation.type(), a));
    if (creation.type().equals(Djl.SHAPE)) {
      return shape(creation, arguments);
    }
    if (creation.type().equals(Djl.NDINDEX)) {
      return new Value.Items(creation.arguments(), List.copyOf(arguments));
    }
    if (analysis.program.isSubtype(creation.type(), Djl.BLOCK)) {
      return new Value.Layer(
          Layers.type(creation),
          analysis.allFields.settings(creation, arguments),
          analysis.fresh());
    }
    return analysis.unknown(creation.type());
  }

  private static Value shape(Expression.Creation creation, List<Value> arguments) {
    boolean packed = arguments.size() == 1 && arguments.get(0) instanceof Value.Items;
    return packed
        ? new Value.Shape(
            ((Value.Items) arguments.get(0)).written(), ((Value.Items) arguments.get(0)).values())
        : new Value.Shape(creation.arguments(), arguments);
  }

  /** What a variable holds: what is written out as an array may be changed from there on. */
  Value kept(Value value, Span span) {
    if (value instanceof Value.Items) {
      refuseSplit(span, "is kept in a Java array", value);
      return Value.Host.UNKNOWN;
    }
    return value;
  }

  private Value call(Expression.Call call) {
    Optional<Value> receiver = call.receiver().map(this::unsettled);
    if (LayerCall.isForward(call, analysis)) {
      return new LayerCall(this, call).apply(receiver.orElseThrow());
    }
    List<Value> arguments = unsettled(call.arguments());
    Optional<MethodCode> own = analysis.ownMethod(call);
    if (own.isPresent() && follows(own.get(), arguments)) {
      return follow(call, own.get(), arguments);
    }
    Optional<OperationRule> rule = analysis.rules.operation(call.declaring(), call.method());
    Optional<Value> sum =
        rule.flatMap(r -> analysis.sums.through(r, call, receiver, arguments, frame));
    return sum.orElseGet(
        () ->
            settled(
                call,
                rule,
                receiver.map(r -> Lists.picks(call, r) ? r : settled(r)),
                arguments.stream().map(this::settled).toList()));
  }

  /** What a method makes of what each rank has another one of, in a round of a loop. */
  private Optional<Value> inTurn(
      Expression.Call call,
      Optional<OperationRule> rule,
      Optional<Value> receiver,
      List<Value> arguments) {
    List<Value> operands = Stream.concat(receiver.stream(), arguments.stream()).toList();
    List<Value.Array> turns =
        operands.stream().flatMap(Sums::arrays).filter(a -> a.loop().isPresent()).toList();
    if (turns.isEmpty()) {
      return Optional.empty();
    }
    String loop = turns.get(0).loop().orElseThrow();
    boolean alike =
        operands.stream()
            .flatMap(Sums::arrays)
            .allMatch(a -> !a.isSplit() || a.loop().equals(Optional.of(loop)));
    boolean collects =
        call.method().equals("add") && receiver.filter(Value.Bundle.class::isInstance).isPresent();
    if (collects
        && alike
        && call.receiver().orElse(null) instanceof Expression.Name list
        && arguments.size() == 1
        && !analysis.rounds.isEmpty()) {
      analysis.rounds.peek().collect(list.name(), turns.get(0), call.span());
      return Optional.of(analysis.unknown(call.type()));
    }
    if (rule.isEmpty() || !alike) {
      return Optional.empty();
    }
    Flow flow = turns.stream().map(Value.Array::flow).reduce(Flow.NONE, Flow::and);
    Operation operation =
        new Operation(
            call,
            receiver.map(Sums::whole),
            arguments.stream().map(Sums::whole).toList(),
            new Place(analysis, frame));
    return Optional.of(
        Sums.mapped(
            applied(rule.get(), operation, call), a -> Value.Array.turn(a.shape(), flow, loop)));
  }

  /** The value of a call whose operands every rank has in full, or its slices of them. */
  private Value settled(
      Expression.Call call,
      Optional<OperationRule> rule,
      Optional<Value> receiver,
      List<Value> arguments) {
    Optional<Value> turn = inTurn(call, rule, receiver, arguments);
    if (turn.isPresent()) {
      return turn.get();
    }
    Operation operation = new Operation(call, receiver, arguments, new Place(analysis, frame));
    if (receiver.isPresent() && Lists.isList(receiver.get())) {
      Value value = Lists.call(call, operation, this);
      if (value != null) {
        return value;
      }
    }
    if (rule.isPresent()) {
      return applied(rule.get(), operation, call);
    }
    if (!operation.sources().isEmpty()) {
      throw operation.refuse(
          call.declaring().equals(analysis.code.name())
              ? "takes a split value, and a subclass may replace it: make it private"
              : "takes a split value, and there is no rule for it");
    }
    return Layers.made(call, receiver, arguments, analysis)
        .or(() -> pure(call, receiver))
        .orElseGet(() -> analysis.unknown(call.type()));
  }

  private Value applied(OperationRule rule, Operation operation, Expression.Call call) {
    if (!operation.sources().isEmpty()) {
      return rule.transfer().apply(operation);
    }
    try {
      return rule.transfer().apply(operation);
    } catch (Refusal e) {
      // Nothing is split: what the rule does not know about shapes is simply not known.
      return analysis.unknown(call.type());
    }
  }

  /** A getter of something steady gives the same size each time. */
  private Optional<Value> pure(Expression.Call call, Optional<Value> receiver) {
    if (call.arguments().isEmpty()
        && receiver.orElse(null) instanceof Value.Host host
        && !host.path().isEmpty()) {
      String path = host.path() + "." + call.method() + "()";
      Value value = analysis.unknown(call.type());
      if (value instanceof Value.Size) {
        return Optional.of(new Value.Size(Dim.symbol(path)));
      }
      if (value instanceof Value.Host) {
        return Optional.of(new Value.Host(path));
      }
    }
    return Optional.empty();
  }

  private boolean follows(MethodCode method, List<Value> arguments) {
    boolean wanted =
        method.isPrivate() && analysis.isHere(method)
            || analysis.program.isSubtype(method.type(), Djl.BLOCK)
            || arguments.stream().anyMatch(Value::isSplit);
    return wanted && !frame.runs(method) && frame.depth() < DEEPEST;
  }

  private Value follow(Expression.Call call, MethodCode method, List<Value> arguments) {
    Frame inner = new Frame(method, Optional.of(frame));
    for (int i = 0; i < arguments.size(); i++) {
      String parameter = method.parameters().get(i).name();
      inner.variables.put(parameter, arguments.get(i));
      if (arguments.get(i) instanceof Value.Size size) {
        int from = method.body().span().start() + 1;
        analysis.sizes.add(new Analysis.LocalSize(method, parameter, from, size.dim()));
      }
      inner.origins.put(parameter, new Frame.Origin(call.arguments().get(i), frame));
    }
    try {
      new Execution(analysis, inner).run();
    } catch (Refusal refusal) {
      // A place in another file says nothing to whoever looks at this one.
      throw analysis.isHere(method) ? refusal : refusal.at(call.span());
    }
    analysis.visits.add(new Analysis.Visit(method, Optional.of(call.span()), inner.marks));
    Value result = null;
    for (Value value : inner.returned) {
      result = result == null ? value : analysis.joining().join(result, value);
    }
    return result == null ? Value.Host.UNKNOWN : result;
  }

  /** All layer calls that any of the values is split by. */
  static Set<Span> sources(Iterable<Value> values) {
    Set<Span> all = new LinkedHashSet<>();
    values.forEach(v -> all.addAll(v.sources()));
    return all;
  }

  Map<String, Value> copy() {
    return new HashMap<>(frame.variables);
  }
}
