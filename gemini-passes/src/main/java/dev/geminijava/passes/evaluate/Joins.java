package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One value for what is one of several. */
final class Joins {

  private static final int MOST_OPTIONS = 6;

  private final Trace trace;

  Joins(Trace trace) {
    this.trace = trace;
  }

  /** The value that is one or the other. */
  Value values(Value a, Value b) {
    if (a == b || a.equals(b)) {
      return a;
    }
    if (a instanceof Value.Whole x && b instanceof Value.Whole y) {
      return new Value.Whole(either(x.dim(), y.dim()));
    }
    if (a instanceof Value.Array x && b instanceof Value.Array y) {
      return arrays(x, y);
    }
    if (a instanceof Value.Shape x && b instanceof Value.Shape y) {
      return new Value.Shape(shapes(x.extents(), y.extents()));
    }
    if (a instanceof Value.Elements x && b instanceof Value.Elements y) {
      boolean alike = x.type.equals(y.type) && (x.isArray() || x.type.equals(Djl.NDLIST));
      if (alike) {
        return elements(x, y);
      }
    }
    if (a instanceof Value.Unknown unknown) {
      return unknown.type().isEmpty() || b.isNull() ? unknown : options(a, b);
    }
    return options(a, b);
  }

  private static Value options(Value a, Value b) {
    List<Value> all = new ArrayList<>(a instanceof Value.Choice x ? x.options() : List.of(a));
    for (Value option : b instanceof Value.Choice y ? y.options() : List.of(b)) {
      if (!all.contains(option)) {
        all.add(option);
      }
    }
    if (all.size() == 1) {
      return all.get(0);
    }
    return all.size() > MOST_OPTIONS
        ? new Value.Unknown("", "one of many")
        : new Value.Choice(List.copyOf(all));
  }

  private Value arrays(Value.Array a, Value.Array b) {
    if (a.tensor() == b.tensor()) {
      return a;
    }
    return trace.choice(a, b, shapes(a.shape(), b.shape()));
  }

  Value.Elements elements(Value.Elements a, Value.Elements b) {
    if (a.items.size() != b.items.size()) {
      Value.Elements longer = a.items.size() > b.items.size() ? a : b;
      Value.Elements shorter = longer == a ? b : a;
      List<Value> items = new ArrayList<>(longer.items);
      for (int i = 0; i < shorter.items.size(); i++) {
        items.set(i, values(items.get(i), shorter.items.get(i)));
      }
      return new Value.Elements(a.type, items, a.open + b.open);
    }
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < a.items.size(); i++) {
      items.add(values(a.items.get(i), b.items.get(i)));
    }
    return new Value.Elements(a.type, items, a.open.isEmpty() ? b.open : a.open);
  }

  /** A shape that is one or the other. */
  static Extents shapes(Extents a, Extents b) {
    if (a.equals(b)) {
      return a;
    }
    if (a.isOpen() != b.isOpen() || a.dims().size() != b.dims().size()) {
      return Extents.open("(" + a + " or " + b + ")");
    }
    if (a.isOpen() && !a.base().equals(b.base())) {
      return Extents.open("(" + a + " or " + b + ")");
    }
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < a.dims().size(); i++) {
      dims.add(either(a.dims().get(i), b.dims().get(i)));
    }
    return new Extents(a.base(), dims);
  }

  static Dim either(Dim a, Dim b) {
    return a.equals(b) ? a : Dim.symbol("(" + a + " or " + b + ")");
  }

  /** The state of something mutable that is one or the other. */
  @SuppressWarnings("unchecked")
  Object states(Object a, Object b) {
    if (a instanceof Value.Elements x && b instanceof Value.Elements y) {
      return elements(x, y);
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return maps((Map<Object, Value>) x, (Map<Object, Value>) y);
    }
    return a;
  }

  /** What only one branch knows stays: it is a new local, or a field that had its default. */
  private Map<Object, Value> maps(Map<Object, Value> a, Map<Object, Value> b) {
    Map<Object, Value> joined = new LinkedHashMap<>(a);
    b.forEach(
        (key, value) -> joined.put(key, a.containsKey(key) ? values(a.get(key), value) : value));
    return joined;
  }

  /** All in one. */
  Optional<Value> all(List<Value> values) {
    return values.stream().reduce(this::values);
  }
}
