package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.ArrayInitializerExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.NormalAnnotationExpr;
import com.github.javaparser.ast.expr.SingleMemberAnnotationExpr;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the {@code @SuppressWarnings} annotations of a source say about our messages.
 *
 * @param list one entry for each value that begins with {@code gemini:}
 */
public record Suppressions(List<Suppression> list) {

  private static final String PREFIX = "gemini:";
  private static final String ALL = "all";

  /**
   * One value of an annotation.
   *
   * @param scope what is annotated
   * @param code the code, or {@code all}
   */
  public record Suppression(Span scope, String code) {}

  /** Reads a source's annotations. */
  public static Suppressions of(Parsed parsed, Types types) {
    List<Suppression> found = new ArrayList<>();
    for (AnnotationExpr annotation : parsed.tree().findAll(AnnotationExpr.class)) {
      String name = annotation.getName().getIdentifier();
      Optional<Node> annotated = annotation.getParentNode();
      if (name.equals("SuppressWarnings") && annotated.isPresent()) {
        values(annotation)
            .flatMap(value -> text(value, types).stream())
            .filter(text -> text.startsWith(PREFIX))
            .map(text -> text.substring(PREFIX.length()))
            .forEach(code -> found.add(new Suppression(parsed.span(annotated.get()), code)));
      }
    }
    return new Suppressions(List.copyOf(found));
  }

  /** Whether a message about a place is unwanted. */
  public boolean covers(Span place, String code) {
    return list.stream()
        .anyMatch(
            s -> s.scope().contains(place) && (s.code().equals(code) || s.code().equals(ALL)));
  }

  private static Stream<Expression> values(AnnotationExpr annotation) {
    Stream<Expression> written =
        annotation instanceof SingleMemberAnnotationExpr single
            ? Stream.of(single.getMemberValue())
            : annotation instanceof NormalAnnotationExpr normal
                ? normal.getPairs().stream().map(pair -> pair.getValue())
                : Stream.empty();
    return written.flatMap(
        value ->
            value instanceof ArrayInitializerExpr array
                ? array.getValues().stream()
                : Stream.of(value));
  }

  private static Optional<String> text(Expression value, Types types) {
    Optional<Object> constant = Constants.value(value);
    return constant
        .or(() -> types.constant(value))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }
}
