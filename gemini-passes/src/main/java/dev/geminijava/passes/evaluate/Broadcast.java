package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The shape of two arrays that meet element by element. */
final class Broadcast {

  private Broadcast() {}

  static Extents of(Extents a, Extents b) {
    if (a.equals(b) || b.equals(Extents.SCALAR)) {
      return a;
    }
    if (a.equals(Extents.SCALAR)) {
      return b;
    }
    Deque<Dim> dims = new ArrayDeque<>();
    int longest = Math.max(a.dims().size(), b.dims().size());
    for (int axis = -1; axis >= -longest; axis--) {
      boolean inA = a.at(axis).isPresent();
      boolean inB = b.at(axis).isPresent();
      if (inA && inB) {
        dims.addFirst(size(a.at(axis).get(), b.at(axis).get()));
      } else if (inA ? b.isOpen() : a.isOpen()) {
        // The other's size is not known; unless it is one, it is the same.
        Dim known = (inA ? a : b).at(axis).get();
        dims.addFirst(known.equals(Dim.ONE) ? Dim.symbol((inA ? b : a) + "[" + axis + "]") : known);
      } else {
        dims.addFirst((inA ? a : b).at(axis).get());
      }
    }
    String base = a.isOpen() ? a.base() : b.base();
    return new Extents(base, List.copyOf(dims));
  }

  private static Dim size(Dim a, Dim b) {
    if (a.equals(b) || b.equals(Dim.ONE)) {
      return a;
    }
    if (a.equals(Dim.ONE)) {
      return b;
    }
    return b.isNumber() ? b : a;
  }

  /** The leading axes of products of matrices, all but the last two. */
  static Extents leading(Extents a, Extents b) {
    return of(withoutLast(a), withoutLast(b));
  }

  private static Extents withoutLast(Extents shape) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    int kept = Math.max(0, dims.size() - 2);
    return new Extents(shape.base(), dims.subList(0, kept));
  }
}
