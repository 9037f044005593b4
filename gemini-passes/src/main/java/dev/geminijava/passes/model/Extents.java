package dev.geminijava.passes.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shape of an array as far as it is known. An open shape has unknown leading axes, whose sizes
 * are called {@code base#0}, {@code base#1}, …, before the trailing ones in {@code dims}.
 *
 * @param base what the leading sizes are named after; empty when the shape is closed
 * @param dims the sizes of all axes, or of the trailing ones
 */
public record Extents(String base, List<Dim> dims) {

  /** The shape of a scalar. */
  public static final Extents SCALAR = of(List.of());

  /** Keeps its own list. */
  public Extents {
    base = Dim.shortened(base);
    dims = List.copyOf(dims);
  }

  /** A shape all of whose axes are known. */
  public static Extents of(List<Dim> dims) {
    return new Extents("", dims);
  }

  /** A shape of which nothing is known. */
  public static Extents open(String base) {
    return new Extents(base, List.of());
  }

  /** Whether there are leading axes of which nothing is known. */
  public boolean isOpen() {
    return !base.isEmpty();
  }

  /** The number of axes, where it is known. */
  public Optional<Integer> rank() {
    return isOpen() ? Optional.empty() : Optional.of(dims.size());
  }

  /** The size of an axis counted from the end, -1 being the last. */
  public Optional<Dim> at(int axisFromEnd) {
    int index = dims.size() + axisFromEnd;
    return index >= 0 ? Optional.of(dims.get(index)) : Optional.empty();
  }

  /** Whether the axis, counted from the end, is certainly of size one or not there at all. */
  public boolean broadcasts(int axisFromEnd) {
    return at(axisFromEnd).map(Dim.ONE::equals).orElse(!isOpen());
  }

  /** The name of the size of a leading axis of an open shape. */
  public Dim leading(int index) {
    return Dim.symbol(base + "#" + index);
  }

  /** The same with so many axes, if it can have as many: those not known get their names. */
  public Extents closed(int rank) {
    if (!isOpen() || rank < dims.size()) {
      return this;
    }
    List<Dim> all = new ArrayList<>();
    for (int axis = 0; axis < rank - dims.size(); axis++) {
      all.add(leading(axis));
    }
    all.addAll(dims);
    return of(all);
  }

  /** What the sizes before an axis, counted from the end, are named after, if all are alike. */
  public Optional<String> namedBefore(int axisFromEnd) {
    int count = dims.size() + axisFromEnd;
    Optional<String> name =
        dims.stream()
            .limit(Math.max(count, 0))
            .findFirst()
            .flatMap(Dim::name)
            .filter(n -> n.endsWith("#0"))
            .map(n -> n.substring(0, n.length() - 2));
    return name.filter(n -> open(n).closed(count).dims().equals(dims.subList(0, count)));
  }

  /** An axis as programs count it, as one counted from the end. */
  public Optional<Integer> fromEnd(int axis) {
    return axis < 0 ? Optional.of(axis) : rank().map(rank -> axis - rank).filter(a -> a < 0);
  }

  /** The same with another size of an axis counted from the end, where that axis is known. */
  public Optional<Extents> with(int axisFromEnd, Dim size) {
    int index = dims.size() + axisFromEnd;
    if (index < 0) {
      return Optional.empty();
    }
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(index, size);
    return Optional.of(new Extents(base, changed));
  }

  /** The same without an axis counted from the end, where that axis is known. */
  public Optional<Extents> without(int axisFromEnd) {
    int index = dims.size() + axisFromEnd;
    if (index < 0) {
      return Optional.empty();
    }
    List<Dim> changed = new ArrayList<>(dims);
    changed.remove(index);
    return Optional.of(new Extents(base, changed));
  }

  /** The same leading axes with another last one. */
  public Extents withLast(Dim last) {
    if (dims.isEmpty()) {
      return isOpen() ? new Extents(base, List.of(last)) : of(List.of(last));
    }
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(changed.size() - 1, last);
    return new Extents(base, changed);
  }

  /** The product of the sizes from an axis, counted from the end, to the last one. */
  public Dim from(int axisFromEnd) {
    return Dim.product(dims.subList(dims.size() + axisFromEnd, dims.size()));
  }

  /** How many elements there are; an open shape counts its leading axes as one name. */
  public Amount count() {
    Dim known = Dim.product(dims);
    return Amount.of(isOpen() ? known.times(Dim.symbol("size(" + base + ")")) : known);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(").append(isOpen() ? "…" : "");
    for (Dim dim : dims) {
      text.append(text.length() > 1 ? ", " : "").append(dim);
    }
    return text.append(')').toString();
  }
}
