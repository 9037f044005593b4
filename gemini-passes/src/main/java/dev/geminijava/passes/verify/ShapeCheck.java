package dev.geminijava.passes.verify;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.shard.Demands;
import dev.geminijava.passes.shard.Wrappers;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a block that is split gives out, and what it holds: the shapes of its results, computed with
 * its layers split and computed with none split, and its parameters and children, which no
 * insertion may touch.
 */
final class ShapeCheck {

  private static final Set<String> MAKES =
      Set.of("addChildBlock", "addChildBlockSingleton", "addParameter");

  private final Sources sources;
  private final ClassCode code;
  private final Tally tally;

  ShapeCheck(Sources sources, ClassCode code, Tally tally) {
    this.sources = sources;
    this.code = code;
    this.tally = tally;
  }

  void run(List<Inserted.Wrap> wraps, Demands split, Wrappers wrappers) {
    parameters(wraps);
    Demands whole =
        Demands.of(
            sources.code(), code, wrappers, Map.of(), Set.of(), Set.of(), Set.of(), Map.of());
    Map<MethodCode, List<List<Extents>>> expected = whole.shapes();
    split
        .shapes()
        .forEach(
            (method, returns) -> {
              List<List<Extents>> others = expected.getOrDefault(method, List.of());
              if (returns.size() != others.size()) {
                find(method.span(), returns.size() + " results instead of " + others.size());
                return;
              }
              for (int i = 0; i < returns.size(); i++) {
                compare(method, returns.get(i), others.get(i));
              }
            });
  }

  private void compare(MethodCode method, List<Extents> actual, List<Extents> expected) {
    tally.checked(Property.SHAPES, expected.size());
    boolean same = actual.size() == expected.size();
    for (int i = 0; same && i < actual.size(); i++) {
      same = agree(actual.get(i), expected.get(i));
    }
    if (!same) {
      find(method.span(), actual + " instead of " + expected);
    }
  }

  /** Whether two shapes say the same wherever both say something. */
  private static boolean agree(Extents one, Extents other) {
    if (one.rank().isPresent() && other.rank().isPresent() && !one.rank().equals(other.rank())) {
      return false;
    }
    int known = Math.min(one.dims().size(), other.dims().size());
    for (int axis = -1; axis >= -known; axis--) {
      Dim a = one.at(axis).orElseThrow();
      Dim b = other.at(axis).orElseThrow();
      if (isKnown(a) && isKnown(b) && !a.equals(b)) {
        return false;
      }
    }
    return true;
  }

  /** Sizes without a name are counted anew each time. */
  private static boolean isKnown(Dim size) {
    return !size.toString().contains("?");
  }

  /** Children and parameters are made by what nothing is inserted into. */
  private void parameters(List<Inserted.Wrap> wraps) {
    List<Expression> makers =
        Stream.of(
                code.constructors().stream().map(MethodCode::body).map(Walk::expressions),
                code.methods().stream().map(MethodCode::body).map(Walk::expressions),
                code.fields().stream().flatMap(f -> f.value().stream()).map(ShapeCheck::all))
            .flatMap(s -> s)
            .flatMap(List::stream)
            .filter(e -> e instanceof Expression.Call call && MAKES.contains(call.method()))
            .toList();
    tally.checked(Property.SHAPES, makers.size());
    for (Inserted.Wrap wrap : wraps) {
      makers.stream()
          .filter(m -> m.span().contains(wrap.inner()))
          .findFirst()
          .ifPresent(m -> find(m.span(), "another child or parameter"));
    }
  }

  private static List<Expression> all(Expression expression) {
    List<Expression> found = new java.util.ArrayList<>();
    Walk.expressions(expression, found::add);
    return found;
  }

  private void find(Span span, String what) {
    tally.found(
        sources.finding(
            Property.SHAPES,
            code.file(),
            span,
            "the block has " + what,
            "take the insertions in it out"));
  }
}
