package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.plan.Placement;
import dev.geminijava.passes.source.Span;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the analysis knows about a value of the program. */
public sealed interface Value {

  /** The layer calls that this value is split by; empty when every rank has the same. */
  default Set<Span> sources() {
    return Set.of();
  }

  /** Whether the ranks have different values. */
  default boolean isSplit() {
    return !sources().isEmpty();
  }

  /**
   * An {@code NDArray}.
   *
   * @param outer how many runs the split axis consists of, each of which is cut: an axis that was
   *     made of a batch and of heads that are split is cut once for every member of the batch
   * @param sums the calls at which the ranks' summands may be added up; none where there are none
   */
  record Array(Extents shape, Placement placement, Dim outer, Flow flow, Set<Span> sums)
      implements Value {

    /** An array that every rank has. */
    public static Array whole(Extents shape) {
      return new Array(shape, Placement.REPLICATE, Dim.ONE, Flow.NONE, Set.of());
    }

    /** An array cut along an axis, counted from the end. */
    public static Array split(Extents shape, int axis, Flow flow) {
      return split(shape, axis, Dim.ONE, flow);
    }

    /** An array cut along an axis, counted from the end, in each of several runs. */
    public static Array split(Extents shape, int axis, Dim outer, Flow flow) {
      return new Array(shape, new Placement.Shard(axis), outer, flow, Set.of());
    }

    /**
     * An array that is the sum of what the ranks have.
     *
     * @param sums the calls at which the summands may be added up: all of them, or the ways to here
     */
    public static Array partial(Extents shape, Flow flow, Set<Span> sums) {
      return new Array(shape, Placement.PARTIAL, Dim.ONE, flow, Set.copyOf(sums));
    }

    /** An array of which each rank has another one in each round of a loop. */
    public static Array turn(Extents shape, Flow flow, String loop) {
      return new Array(shape, new Placement.Turn(loop), Dim.ONE, flow, Set.of());
    }

    /** The same on the ranks in the same way, with another shape. */
    public Array shaped(Extents to) {
      return new Array(to, placement, outer, flow, sums);
    }

    /** The loop in whose rounds each rank has another one. */
    public Optional<String> loop() {
      return placement instanceof Placement.Turn turn ? Optional.of(turn.loop()) : Optional.empty();
    }

    /** Whether every rank has a summand of it. */
    public boolean isPartial() {
      return placement instanceof Placement.Partial;
    }

    /** The same with its axes elsewhere. */
    public Array moved(Extents to, int axis) {
      return isSplit() ? split(to, axis, outer, flow) : whole(to);
    }

    /** The axis that is cut, counted from the end; zero when none is. */
    public int axis() {
      return placement instanceof Placement.Shard shard ? shard.axis() : 0;
    }

    @Override
    public Set<Span> sources() {
      return flow.sources();
    }
  }

  /** An {@code NDList} whose arrays are known. */
  record Arrays(List<Array> items) implements Value {
    @Override
    public Set<Span> sources() {
      Set<Span> all = new LinkedHashSet<>();
      items.forEach(item -> all.addAll(item.sources()));
      return all;
    }
  }

  /** An {@code NDList} of any length, which every rank has; its arrays are named after it. */
  record Bundle(String base) implements Value {

    /** One of its arrays. */
    public Array item(int index) {
      return Array.whole(Extents.open(base + "[" + index + "]"));
    }
  }

  /**
   * An {@code NDList} of equal arrays that are shared out among the ranks.
   *
   * @param count how many there are
   * @param item what each of them is to the rank that has it
   */
  record Turns(Dim count, Array item) implements Value {
    @Override
    public Set<Span> sources() {
      return item.sources();
    }
  }

  /**
   * A whole number that programs write as a size.
   *
   * @param exact the same as a sum of products, where it is one
   */
  record Size(Dim dim, Amount exact) implements Value {

    /** A product. */
    public Size(Dim dim) {
      this(dim, Amount.of(dim));
    }

    /** How much more this is than another size, where that is one product. */
    public Optional<Dim> minus(Size other) {
      return exact.minus(other.exact).product();
    }
  }

  /** The shape of an array. */
  record ShapeOf(Array array) implements Value {
    @Override
    public Set<Span> sources() {
      return array.sources();
    }
  }

  /** A Java array, or the arguments of an index, written out where they are used. */
  record Items(List<Expression> written, List<Value> values) implements Value {
    @Override
    public Set<Span> sources() {
      Set<Span> all = new LinkedHashSet<>();
      values.forEach(item -> all.addAll(item.sources()));
      return all;
    }
  }

  /** A shape that is written out. */
  record Shape(List<Expression> written, List<Value> sizes) implements Value {}

  /**
   * A layer.
   *
   * @param type its class, or the factory method that makes it
   * @param settings what its builder was told; {@code build} is among them if that is all
   * @param path what the program calls it
   */
  record Layer(String type, Map<String, Value> settings, String path) implements Value {

    /** Whether all that its builder was told is known. */
    public boolean isKnown() {
      return settings.containsKey("build");
    }

    /** A number that its builder was told, if it was and is known; a default if it was not. */
    public Optional<Dim> size(String setting, long otherwise) {
      Value value = settings.get(setting);
      if (value == null && isKnown()) {
        return Optional.of(Dim.of(otherwise));
      }
      return value instanceof Size size ? Optional.of(size.dim()) : Optional.empty();
    }
  }

  /** Anything else that every rank has; {@code path} is what a stable one is called, or empty. */
  record Host(String path) implements Value {

    /** Nothing is known about it. */
    public static final Host UNKNOWN = new Host("");
  }

  /** A variable that is split on one way to a place and not, or otherwise, on another. */
  record Clash(Set<Span> sources) implements Value {}
}
