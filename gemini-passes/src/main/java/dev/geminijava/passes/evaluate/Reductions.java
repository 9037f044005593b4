package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operations that make some axes one value. */
final class Reductions {

  private Reductions() {}

  static Extents shape(Extents shape, String method, List<Value> arguments) {
    Value axes = null;
    boolean keep = false;
    for (Value argument : arguments) {
      if (argument instanceof Value.Elements) {
        axes = argument;
      } else if (argument.truth().isPresent()) {
        keep = argument.truth().get();
      } else if (argument instanceof Value.Whole
          && Set.of("argMax", "argMin", "countNonzero", "median").contains(method)) {
        axes = argument;
      }
    }
    if (axes == null) {
      return keep && shape.rank().isPresent()
          ? Extents.of(java.util.Collections.nCopies(shape.rank().get(), Dim.ONE))
          : Extents.SCALAR;
    }
    Set<Integer> gone = new HashSet<>();
    List<Value> all = axes instanceof Value.Elements list ? list.items : List.of(axes);
    boolean known = !(axes instanceof Value.Elements list) || list.open.isEmpty();
    for (Value axis : all) {
      Optional<Integer> fromEnd = Shapes.fromEnd(shape, axis);
      fromEnd.ifPresent(gone::add);
      known &= fromEnd.isPresent();
    }
    int deepest = gone.stream().mapToInt(a -> -a).max().orElse(0);
    if (!known || deepest > shape.dims().size() && !(keep && deepest == 1)) {
      return deepest == 1 && known
          ? new Extents(shape.base(), List.of())
          : Extents.open(method + "(" + shape + ", " + Paths.of(axes) + ")");
    }
    List<Dim> dims = new ArrayList<>();
    for (int axis = -Math.max(shape.dims().size(), deepest); axis < 0; axis++) {
      if (!gone.contains(axis)) {
        dims.add(shape.at(axis).orElseThrow());
      } else if (keep) {
        dims.add(Dim.ONE);
      }
    }
    return new Extents(shape.base(), dims);
  }
}
