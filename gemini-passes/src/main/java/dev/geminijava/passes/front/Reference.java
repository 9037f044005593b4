package dev.geminijava.passes.front;

import com.github.javaparser.ast.expr.MethodReferenceExpr;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.stream.Stream;

/**
 * A method reference in a source, {@code child::forward}: a call that there is nothing to put
 * around.
 */
public final class Reference {

  private final MethodReferenceExpr node;
  private final Parsed parsed;
  private final Types types;

  private Reference(MethodReferenceExpr node, Parsed parsed, Types types) {
    this.node = node;
    this.parsed = parsed;
    this.types = types;
  }

  /** Every reference of the program to a method of this name, in the order of the text. */
  public static Stream<Reference> all(Program program, String name) {
    return program.sources().stream()
        .flatMap(
            parsed ->
                parsed
                    .tree()
                    .findAll(MethodReferenceExpr.class, r -> r.getIdentifier().equals(name))
                    .stream()
                    .map(r -> new Reference(r, parsed, program.types())));
  }

  /** The source. */
  public SourceFile file() {
    return parsed.file();
  }

  /** The whole reference. */
  public Span span() {
    return parsed.span(node);
  }

  /** Whether the method belongs to a type or one of its subtypes. */
  public boolean isOn(String type) {
    return types.method(node).map(m -> types.isSubtype(m.owner(), type)).orElse(false);
  }

  /** Whether one of the classes around it is a subtype of a type. */
  public boolean standsInSubtypeOf(String type) {
    return Call.standsInSubtypeOf(node, types, type);
  }
}
