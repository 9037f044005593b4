package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Values of which every rank has a summand, and the calls around which the summands are added up.
 * They go through whatever is linear; where two such sums meet in one, only their result needs
 * adding up. It is done once, at the last meeting before something needs the whole value: so what a
 * value is told between there and here is the same on every rank.
 */
final class Sums {

  /** A place where summands could be added up, as one run of its method sees it. */
  private record Place(Frame frame, Mark mark) {}

  private final Analysis analysis;
  private final Map<Span, List<Place>> places = new LinkedHashMap<>();
  private final Set<Span> needed = new LinkedHashSet<>();
  private final Map<Span, Flow> met = new LinkedHashMap<>();

  Sums(Analysis analysis) {
    this.analysis = analysis;
  }

  /** The result of a call of which every rank has a summand. */
  Value.Array of(Frame frame, Span call, Extents shape, Flow flow) {
    Mark mark =
        new Mark(
            frame.method,
            call,
            Mark.Role.COLLECTIVE,
            "@.allReduce(",
            ")",
            flow,
            "every rank has a summand of this");
    if (analysis.choices.isReduced(call) || needed.contains(call)) {
      addUp(new Place(frame, mark));
      return Value.Array.whole(shape);
    }
    analysis.checkHere(frame, call, flow);
    places.computeIfAbsent(call, c -> new ArrayList<>()).add(new Place(frame, mark));
    return Value.Array.partial(shape, flow, Set.of(call));
  }

  private void addUp(Place place) {
    analysis.checkHere(place.frame(), place.mark().span(), place.mark().flow());
    analysis.mark(place.frame(), place.mark());
    analysis.sink(place.mark().flow());
  }

  private void need(Collection<Span> calls) {
    for (Span call : calls) {
      if (needed.add(call)) {
        places.get(call).forEach(this::addUp);
      }
    }
  }

  /** The value as something needs it that is not linear: with all summands added up. */
  Value settled(Value value) {
    if (!isPartial(value)) {
      return value;
    }
    arrays(value).filter(Value.Array::isPartial).forEach(array -> need(array.sums()));
    return whole(value);
  }

  /** Whether sums begin inside a place of a method. */
  boolean beginIn(MethodCode method, Span span) {
    return places.entrySet().stream()
        .anyMatch(
            e ->
                span.contains(e.getKey())
                    && e.getValue().stream().anyMatch(p -> p.frame().method == method));
  }

  /** Adds up what nothing has asked for, and nothing can any more. */
  void settleRest() {
    List<Span> rest = new ArrayList<>(places.keySet());
    rest.removeAll(met.keySet());
    need(rest);
  }

  /**
   * The calls that have to be reduced for themselves, although they were first taken to go on as
   * summands: something else needs the same value whole.
   */
  Set<Span> revised() {
    return needed.stream().anyMatch(met::containsKey) ? needed : Set.of();
  }

  /** The calls whose sums have met others that some of the layer calls are part of. */
  Set<Span> metBy(Set<Span> sources) {
    Set<Span> calls = new HashSet<>();
    met.forEach(
        (call, flow) -> {
          if (flow.sources().stream().anyMatch(sources::contains)) {
            calls.add(call);
          }
        });
    return calls;
  }

  /** What a method makes of summands, if it is linear in them. */
  Optional<Value> through(
      OperationRule rule,
      Expression.Call call,
      Optional<Value> receiver,
      List<Value> arguments,
      Frame frame) {
    List<Value> operands = Stream.concat(receiver.stream(), arguments.stream()).toList();
    if (operands.stream().noneMatch(Sums::isPartial)
        || !rule.linear().goesThrough(receiver, arguments)) {
      return Optional.empty();
    }
    List<Value.Array> partial =
        operands.stream().flatMap(Sums::arrays).filter(Value.Array::isPartial).toList();
    boolean meets = partial.stream().map(Value.Array::sums).distinct().count() > 1;
    boolean late = partial.stream().flatMap(a -> a.sums().stream()).anyMatch(needed::contains);
    if (meets && (late || !analysis.isHere(frame.method))) {
      return Optional.empty();
    }
    Value result;
    try {
      result =
          rule.transfer()
              .apply(
                  new Operation(
                      call,
                      receiver.map(Sums::whole),
                      arguments.stream().map(Sums::whole).toList(),
                      new dev.geminijava.passes.shard.Place(analysis, frame)));
    } catch (Refusal e) {
      // What the rule does not know about shapes is simply not known.
      result = analysis.unknown(call.type());
    }
    if (!(result instanceof Value.Array array)) {
      return result instanceof Value.Arrays ? Optional.empty() : Optional.of(result);
    }
    Flow flow = partial.stream().map(Value.Array::flow).reduce(Flow.NONE, Flow::and);
    if (!meets) {
      return Optional.of(Value.Array.partial(array.shape(), flow, partial.get(0).sums()));
    }
    partial.forEach(a -> a.sums().forEach(sum -> met.merge(sum, flow, Flow::and)));
    return Optional.of(of(frame, call.span(), array.shape(), flow));
  }

  /** Whether some array of a value is a sum of what the ranks have. */
  static boolean isPartial(Value value) {
    return arrays(value).anyMatch(Value.Array::isPartial);
  }

  /** The arrays that a value consists of. */
  static Stream<Value.Array> arrays(Value value) {
    if (value instanceof Value.Array array) {
      return Stream.of(array);
    }
    if (value instanceof Value.Arrays list) {
      return list.items().stream();
    }
    if (value instanceof Value.Items items) {
      return items.values().stream().flatMap(Sums::arrays);
    }
    return value instanceof Value.ShapeOf of ? Stream.of(of.array()) : Stream.empty();
  }

  /** The same value, taken to be there in full where its summands were, or one for each round. */
  static Value whole(Value value) {
    return mapped(
        value,
        array ->
            array.isPartial() || array.loop().isPresent()
                ? Value.Array.whole(array.shape())
                : array);
  }

  /** The same value with other arrays. */
  static Value mapped(Value value, UnaryOperator<Value.Array> change) {
    if (value instanceof Value.Array array) {
      return change.apply(array);
    }
    if (value instanceof Value.Arrays list) {
      return new Value.Arrays(list.items().stream().map(change).toList());
    }
    if (value instanceof Value.Items items) {
      return new Value.Items(
          items.written(), items.values().stream().map(v -> mapped(v, change)).toList());
    }
    return value instanceof Value.ShapeOf of ? new Value.ShapeOf(change.apply(of.array())) : value;
  }
}
