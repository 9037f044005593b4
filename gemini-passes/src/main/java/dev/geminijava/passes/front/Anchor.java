package dev.geminijava.passes.front;

import com.github.javaparser.JavaToken;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ReturnStmt;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.stream.Stream;

/** Something to find in a known class: in its body, or in the methods of a name. */
public sealed interface Anchor {

  /** Right after the brace that opens the class body. */
  record Body() implements Anchor {}

  /** A call, by the name of the method called. */
  record Called(String method, String name) implements Anchor {}

  /** An argument of a call. */
  record Argument(String method, String name, int index) implements Anchor {}

  /**
   * A {@code new}, by the simple name of the class.
   *
   * @param parameters how many the method has; -1 for any of that name
   */
  record Created(String method, int parameters, String type) implements Anchor {

    /** The same in any method of a name. */
    public Created(String method, String type) {
      this(method, -1, type);
    }
  }

  /** What a method returns, where that is a plain name. */
  record Returned(String method, String name) implements Anchor {}

  /** A statement that assigns to a plain name. */
  record Assigned(String method, String name) implements Anchor {}

  /** Every place in a class that this anchor means; an empty span where text goes in front. */
  static List<Span> find(Parsed parsed, String type, Anchor anchor) {
    return parsed.tree().getTypes().stream()
        .filter(t -> t.getFullyQualifiedName().filter(type::equals).isPresent())
        .flatMap(t -> places(parsed, t, anchor))
        .toList();
  }

  private static Stream<Span> places(Parsed parsed, TypeDeclaration<?> type, Anchor anchor) {
    if (anchor instanceof Called called) {
      return calls(type, called.method(), called.name()).map(parsed::span);
    }
    if (anchor instanceof Argument argument) {
      return calls(type, argument.method(), argument.name())
          .map(call -> parsed.span(call.getArgument(argument.index())));
    }
    if (anchor instanceof Created created) {
      return type.getMethodsByName(created.method()).stream()
          .filter(m -> created.parameters() < 0 || m.getParameters().size() == created.parameters())
          .flatMap(m -> m.findAll(ObjectCreationExpr.class).stream())
          .filter(creation -> creation.getType().getNameAsString().equals(created.type()))
          .map(parsed::span);
    }
    if (anchor instanceof Returned returned) {
      return in(type, returned.method(), ReturnStmt.class)
          .flatMap(statement -> statement.getExpression().stream())
          .filter(value -> isName(value, returned.name()))
          .map(parsed::span);
    }
    if (anchor instanceof Assigned assigned) {
      return in(type, assigned.method(), ExpressionStmt.class)
          .filter(
              statement ->
                  statement.getExpression() instanceof AssignExpr assignment
                      && isName(assignment.getTarget(), assigned.name()))
          .map(statement -> Span.at(parsed.span(statement).start()));
    }
    return Stream.of(body(parsed, type));
  }

  /** The class's brace is the first one after its name: nothing in a header needs one. */
  private static Span body(Parsed parsed, TypeDeclaration<?> type) {
    JavaToken token = type.getName().getTokenRange().orElseThrow().getEnd();
    while (!token.getText().equals("{")) {
      token = token.getNextToken().orElseThrow();
    }
    com.github.javaparser.Position begin = token.getRange().orElseThrow().begin;
    Position brace = new Position(begin.line, begin.column);
    return Span.at(parsed.file().offset(brace) + 1);
  }

  private static Stream<MethodCallExpr> calls(TypeDeclaration<?> type, String method, String name) {
    return in(type, method, MethodCallExpr.class)
        .filter(call -> call.getNameAsString().equals(name));
  }

  private static <N extends Node> Stream<N> in(
      TypeDeclaration<?> type, String method, Class<N> kind) {
    return type.getMethodsByName(method).stream()
        .map(MethodDeclaration.class::cast)
        .flatMap(m -> m.findAll(kind).stream());
  }

  private static boolean isName(Expression expression, String name) {
    return expression.isNameExpr() && expression.asNameExpr().getNameAsString().equals(name);
  }
}
