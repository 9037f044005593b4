package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.Gap;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The nodes that evaluation comes by, and what it does not understand. */
final class Trace {

  /** A place in a file. */
  record Place(SourceFile file, Span span) {}

  /**
   * A node before parameters have names.
   *
   * @param blocks those whose code runs, the innermost first
   * @param callers where these were called
   */
  record Step(
      List<Value.Instance> blocks,
      List<Place> callers,
      String operation,
      List<Integer> inputs,
      List<Tensor> outputs,
      List<Value.Instance> parameters,
      Amount flops,
      Place place) {

    /** The block whose code it is. */
    Optional<Value.Instance> block() {
      return blocks.stream().findFirst();
    }

    Step withInputs(List<Integer> others) {
      return new Step(blocks, callers, operation, others, outputs, parameters, flops, place);
    }
  }

  private final List<Step> steps = new ArrayList<>();
  private final Set<Gap> gaps = new LinkedHashSet<>();
  private final Deque<Value.Instance> blocks = new ArrayDeque<>();
  private final Deque<Place> callers = new ArrayDeque<>();
  private Place place;
  private int tensors;
  private boolean recording;

  /** What is recorded from now on belongs to a new graph. */
  void begin() {
    steps.clear();
    tensors = 0;
    recording = true;
  }

  /** Runs something that computes shapes only. */
  <T> T silently(Supplier<T> action) {
    boolean before = recording;
    recording = false;
    try {
      return action.get();
    } finally {
      recording = before;
    }
  }

  boolean isRecording() {
    return recording;
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Where evaluation is. */
  Place place() {
    return place;
  }

  void at(Place now) {
    place = now;
  }

  /** Runs the forward method of a block. */
  <T> T within(Value.Instance block, Supplier<T> action) {
    blocks.push(block);
    callers.push(place);
    try {
      return action.get();
    } finally {
      callers.pop();
      blocks.pop();
    }
  }

  void gap(String why) {
    gap(new Gap(place.file(), place.span(), why));
  }

  void gap(Gap gap) {
    gaps.add(gap);
  }

  /** What was not understood so far. */
  Set<Gap> gaps() {
    return gaps;
  }

  /** An array that comes from outside. */
  Value.Array array(Extents shape, String type) {
    return new Value.Array(tensors++, shape, type, Optional.empty());
  }

  /** The result of an operation. */
  Value.Array node(
      String operation, List<Value.Array> inputs, Extents shape, String type, Amount flops) {
    return nodes(operation, inputs, List.of(shape), type, List.of(), flops).get(0);
  }

  /** The results of an operation. */
  List<Value.Array> nodes(
      String operation,
      List<Value.Array> inputs,
      List<Extents> shapes,
      String type,
      List<Value.Instance> parameters,
      Amount flops) {
    List<Value.Array> results = shapes.stream().map(shape -> array(shape, type)).toList();
    if (recording) {
      List<Value.Instance> used = new ArrayList<>(parameters);
      inputs.forEach(input -> input.parameter().ifPresent(used::add));
      steps.add(
          new Step(
              List.copyOf(blocks),
              List.copyOf(callers),
              operation,
              inputs.stream()
                  .filter(i -> i.parameter().isEmpty())
                  .map(Value.Array::tensor)
                  .toList(),
              results.stream().map(r -> new Tensor(r.tensor(), r.shape(), r.type())).toList(),
              List.copyOf(used),
              flops,
              place));
    }
    return results;
  }

  /** An array that is one or the other. */
  Value.Array choice(Value.Array a, Value.Array b, Extents shape) {
    return node(Merging.EITHER, List.of(a, b), shape, a.type(), Amount.ZERO);
  }
}
