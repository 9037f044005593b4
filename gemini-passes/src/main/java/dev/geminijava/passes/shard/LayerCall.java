package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A call of a layer's forward: where layers begin, carry and end a split. */
final class LayerCall {

  // A vocabulary has more words.
  private static final int MANY = 32;

  private final Interpreter interpreter;
  private final Analysis analysis;
  private final Expression.Call call;

  LayerCall(Interpreter interpreter, Expression.Call call) {
    this.interpreter = interpreter;
    this.analysis = interpreter.analysis;
    this.call = call;
  }

  /** Whether a call runs another layer. */
  static boolean isForward(Expression.Call call, Analysis analysis) {
    return call.method().equals("forward")
        && call.receiver().filter(r -> !isSelf(r)).isPresent()
        && call.type().equals(Djl.NDLIST)
        && call.arguments().size() >= 3
        && call.arguments().get(0).type().equals(Djl.PARAMETER_STORE)
        && analysis.program.isSubtype(call.declaring(), Djl.BLOCK);
  }

  private static boolean isSelf(Expression receiver) {
    return receiver instanceof Expression.This
        || receiver instanceof Expression.Other other
            && (other.what().equals("Super") || other.what().equals("This"));
  }

  Value apply(Value receiver) {
    List<Value> arguments = interpreter.unsettled(call.arguments());
    Optional<Value> through = through(receiver, arguments);
    if (through.isPresent()) {
      return through.get();
    }
    arguments = arguments.stream().map(analysis.sums::settled).toList();
    Value input = arguments.get(1);
    if (!analysis.isHere(interpreter.frame.method)) {
      interpreter.refuseSplit(call.span(), "is given to a layer by another class", input);
      return new Value.Bundle(analysis.fresh());
    }
    for (int i = 2; i < arguments.size(); i++) {
      interpreter.refuseSplit(
          call.span(), "is given to a layer beside its input", arguments.get(i));
    }
    Value.Layer layer = layer(receiver);
    Optional<LayerRule> rule = analysis.rules.layer(layer, analysis.program);
    if (rule.isEmpty()) {
      if (input.isSplit()) {
        throw needsAll(layer, input);
      }
      return new Value.Bundle(analysis.fresh());
    }
    Optional<Value.Array> array = single(input);
    if (array.flatMap(Value.Array::loop).isPresent()) {
      throw needsAll(layer, input);
    }
    if (array.isEmpty()) {
      interpreter.refuseSplit(call.span(), "is one of several inputs of a layer", input);
      return new Value.Bundle(analysis.fresh());
    }
    Value.Array result =
        array.get().isSplit()
            ? onSplit(layer, rule.get(), array.get())
            : onWhole(layer, rule.get(), array.get());
    return new Value.Arrays(List.of(result));
  }

  private Value.Layer layer(Value receiver) {
    return receiver instanceof Value.Layer known
        ? known
        : new Value.Layer(
            call.receiver().orElseThrow().type(), java.util.Map.of(), analysis.fresh());
  }

  /** A layer that is linear, and keeps the shape, makes summands of summands. */
  private Optional<Value> through(Value receiver, List<Value> arguments) {
    return single(arguments.get(1))
        .filter(Value.Array::isPartial)
        .filter(
            array ->
                analysis
                    .rules
                    .layer(layer(receiver), analysis.program)
                    .filter(LayerRule::linear)
                    .isPresent())
        .filter(array -> arguments.stream().skip(2).map(Value::sources).allMatch(Set::isEmpty))
        .map(array -> new Value.Arrays(List.of(array)));
  }

  private static Optional<Value.Array> single(Value input) {
    if (input instanceof Value.Arrays arrays) {
      return arrays.items().size() == 1 ? Optional.of(arrays.items().get(0)) : Optional.empty();
    }
    return input instanceof Value.Bundle bundle ? Optional.of(bundle.item(0)) : Optional.empty();
  }

  private Value.Array onWhole(Value.Layer layer, LayerRule rule, Value.Array input) {
    Optional<Factors> line = rule.line(input.shape());
    if (line.isEmpty()) {
      return Value.Array.whole(Extents.open(analysis.fresh()));
    }
    Optional<Character> outputs = line.get().outputs();
    Dim features = Layers.features(layer, rule, analysis);
    Extents shape = shape(layer, rule, line.get(), input);
    if (outputs.isEmpty()) {
      return Value.Array.whole(shape);
    }
    used(rule, line.get(), input, features);
    if (analysis.choices.isWhole(call.span()) || features.equals(Dim.ONE)) {
      return Value.Array.whole(shape);
    }
    int axis = line.get().result().axis(outputs.get()).orElseThrow();
    boolean few =
        features.isNumber() && features.numerator() < MANY
            || input.shape().at(-1).filter(features::equals).isPresent();
    if (rule.row() && axis == -1 && !few) {
      analysis.wide.add(call.span());
    }
    if (rule.gathered() && Tied.isTied(analysis.code, call.receiver().orElseThrow())) {
      return vocabulary(shape);
    }
    if (analysis.choices.isHead(call.span())) {
      return head(shape);
    }
    Dim parts = Dim.of(analysis.choices.parts(call.span()));
    Flow flow = Flow.from(call.span(), features.over(parts));
    see("column", parts, flow, "each rank computes its share of this layer's output features");
    if (axis == -1) {
      shape = closed(shape, flow);
    }
    boolean joins = axis == -1 && parts.equals(Dim.ONE);
    if (!rule.gathered() && !(joins && analysis.choices.isGathered(call.span()))) {
      return Value.Array.split(shape, axis, parts, flow);
    }
    collect("gather", flow, "the ranks' shares make up the whole");
    return Value.Array.whole(shape);
  }

  /** The axes of a result that the text does not show, but the program's models do. */
  private Extents closed(Extents shape, Flow flow) {
    Optional<Integer> rank = analysis.choices.rank(call.span()).filter(r -> shape.isOpen());
    rank.ifPresent(
        axes ->
            mark(
                call.arguments().get(1).span(),
                Mark.Role.LOCAL,
                "@.ofRank(",
                ", " + axes + ")",
                flow,
                "the model that the program makes has so many axes here, and axes are named"));
    return rank.map(shape::closed).orElse(shape);
  }

  /** Whether it has so many output features that this pays is seen when the model runs. */
  private Value.Array head(Extents shape) {
    Flow flow = new Flow(Set.of(call.span()), Set.of(), Set.of());
    see(
        "head",
        Dim.ONE,
        flow,
        "each rank computes its share of the output features, if these are many");
    collect("gather", flow, "the ranks' shares make up the whole, where something needs all of it");
    return Value.Array.whole(shape);
  }

  private Value.Array vocabulary(Extents shape) {
    Flow flow = new Flow(Set.of(call.span()), Set.of(), Set.of());
    see("vocabulary", Dim.ONE, flow, "each rank looks up its share of the table's rows");
    collect("allReduce", flow, "every rank has a summand of this");
    return Value.Array.whole(shape);
  }

  private Value.Array onSplit(Value.Layer layer, LayerRule rule, Value.Array input) {
    Optional<Factors> line = rule.line(input.shape());
    if (!rule.carries() || line.isEmpty()) {
      throw needsAll(layer, input);
    }
    Object factor = line.get().operands().get(0).factor(input.axis());
    boolean weighs = line.get().weighs(factor);
    if (Factors.isWhole(factor) || weighs && !input.outer().isNumber()) {
      throw needsAll(layer, input);
    }
    Extents shape = shape(layer, rule, line.get(), input);
    Optional<Integer> kept = line.get().result().axis(factor);
    if (kept.isPresent()) {
      return carried(layer, rule, input, weighs).moved(shape, kept.get());
    }
    if (!weighs) {
      throw needsAll(layer, input);
    }
    Dim features = Layers.features(layer, rule, analysis);
    used(rule, line.get(), input, features);
    see(
        "row",
        input.outer(),
        input.flow(),
        "each rank has its share of this layer's input features");
    if (rule.wrapper()) {
      analysis.sink(input.flow());
      return Value.Array.whole(shape);
    }
    return analysis.sums.of(interpreter.frame, call.span(), shape, input.flow());
  }

  private void used(LayerRule rule, Factors line, Value.Array input, Dim features) {
    Expression receiver = call.receiver().orElseThrow();
    analysis.layers.put(call.span(), receiver);
    analysis.uses.put(
        call.span(),
        new LayerUse(
            call.span(),
            receiver.span(),
            rule,
            line.inputs().flatMap(input.shape()::at),
            features));
  }

  /** The split goes on through a layer that treats each slice by itself. */
  private Value.Array carried(
      Value.Layer layer, LayerRule rule, Value.Array input, boolean weighs) {
    Flow flow = input.flow();
    if (rule.random()) {
      see("own", Dim.ONE, flow, "each rank draws for its own slice");
    }
    if (!weighs) {
      return input;
    }
    if (!input.outer().equals(Dim.ONE)) {
      throw needsAll(layer, input);
    }
    if (rule.quantum().isPresent()) {
      if (!(layer.settings().get(rule.quantum().get()) instanceof Value.Size size)) {
        throw needsAll(layer, input);
      }
      flow = flow.with(size.dim());
    }
    analysis.layers.put(call.span(), call.receiver().orElseThrow());
    see("slice", Dim.ONE, flow, "it treats each feature by itself, each rank its own");
    return Value.Array.split(input.shape(), input.axis(), input.outer(), flow);
  }

  private Extents shape(Value.Layer layer, LayerRule rule, Factors line, Value.Array input) {
    Dim features = rule.features().isPresent() ? Layers.features(layer, rule, analysis) : Dim.ONE;
    return rule.shape(layer, line, input.shape(), features, () -> Dim.symbol(analysis.fresh()));
  }

  private Refusal needsAll(Value.Layer layer, Value input) {
    return new Refusal(
        call.span(),
        "a split value is given to " + simple(layer.type()) + ", which needs all of it",
        input.sources());
  }

  private void see(String how, Dim parts, Flow flow, String why) {
    Span receiver = call.receiver().orElseThrow().span();
    String close = parts.equals(Dim.ONE) ? ")" : ", " + parts + ")";
    mark(receiver, Mark.Role.LAYER, "@." + how + "(", close, flow, why);
  }

  private void collect(String how, Flow flow, String why) {
    mark(call.span(), Mark.Role.COLLECTIVE, "@." + how + "(", ")", flow, why);
    analysis.sink(flow);
  }

  private void mark(Span span, Mark.Role role, String open, String close, Flow flow, String why) {
    new Place(analysis, interpreter.frame).wrap(span, role, open, close, flow, why);
  }

  private static String simple(String type) {
    return type.isEmpty() ? "a layer" : type.substring(type.lastIndexOf('.') + 1);
  }
}
