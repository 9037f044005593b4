package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Optional;
import java.util.stream.Stream;

/** A method call in a source: what it means, and what stands around it. */
public final class Call {

  private final MethodCallExpr node;
  private final Parsed parsed;
  private final Types types;

  private Call(MethodCallExpr node, Parsed parsed, Types types) {
    this.node = node;
    this.parsed = parsed;
    this.types = types;
  }

  /** Every call of the program to a method of this name, in the order of the text. */
  public static Stream<Call> all(Program program, String name) {
    return program.sources().stream().flatMap(parsed -> all(parsed, program.types(), name));
  }

  private static Stream<Call> all(Parsed parsed, Types types, String name) {
    return parsed
        .tree()
        .findAll(MethodCallExpr.class, call -> call.getNameAsString().equals(name))
        .stream()
        .map(call -> new Call(call, parsed, types));
  }

  /** The source. */
  public SourceFile file() {
    return parsed.file();
  }

  /** The whole call, its receiver included. */
  public Span span() {
    return parsed.span(node);
  }

  /** The method that it calls. */
  public Optional<Method> method() {
    return types.method(node);
  }

  /** Whether the method belongs to a type or one of its subtypes. */
  public boolean isOn(String type) {
    return method().map(m -> types.isSubtype(m.owner(), type)).orElse(false);
  }

  /** Whether it calls a method of the object, or of an object around it, that it stands in. */
  public boolean isOnSelf() {
    return node.getScope()
        .map(
            scope -> {
              Expression receiver = unwrapped(scope);
              return receiver.isThisExpr() || receiver.isSuperExpr();
            })
        .orElse(true);
  }

  /** Whether one of the classes around it is a subtype of a type. */
  public boolean standsInSubtypeOf(String type) {
    return standsInSubtypeOf(node, types, type);
  }

  static boolean standsInSubtypeOf(Node node, Types types, String type) {
    for (Node at = node; at != null; at = at.getParentNode().orElse(null)) {
      boolean hasBody =
          at instanceof TypeDeclaration<?>
              || at instanceof ObjectCreationExpr creation
                  && creation.getAnonymousClassBody().isPresent();
      if (hasBody && types.declaresSubtype(at, type)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the class around it, or one around that, is the named one. */
  public boolean standsIn(String type) {
    for (Node at = node; at != null; at = at.getParentNode().orElse(null)) {
      if (at instanceof TypeDeclaration<?> declaration
          && types.className(declaration).map(type::equals).orElse(false)) {
        return true;
      }
    }
    return false;
  }

  /** The call that has this one as an argument. */
  public Optional<Call> around() {
    Node inner = node;
    while (inner.getParentNode().orElse(null) instanceof EnclosedExpr parentheses) {
      inner = parentheses;
    }
    Node argument = inner;
    return argument
        .getParentNode()
        .filter(MethodCallExpr.class::isInstance)
        .map(MethodCallExpr.class::cast)
        .filter(call -> call.getArguments().stream().anyMatch(a -> a == argument))
        .map(call -> new Call(call, parsed, types));
  }

  /** Whether it calls a method of this owner and name. */
  public boolean calls(String owner, String name) {
    return node.getNameAsString().equals(name)
        && method().map(m -> m.owner().equals(owner)).orElse(false);
  }

  /** Whether it calls any method of this class. */
  public boolean callsMethodOf(String owner) {
    return method().map(m -> m.owner().equals(owner)).orElse(false);
  }

  static Expression unwrapped(Expression expression) {
    return expression instanceof EnclosedExpr parentheses
        ? unwrapped(parentheses.getInner())
        : expression;
  }
}
