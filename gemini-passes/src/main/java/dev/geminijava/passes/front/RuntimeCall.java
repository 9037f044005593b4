package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call of the runtime in a text that the compiler made, or that somebody changed by hand.
 *
 * @param owner the runtime's class
 * @param method the method
 * @param span the whole call
 * @param receiver the object as written; empty for static methods
 * @param arguments where the arguments are
 * @param values the arguments, lifted
 * @param declares the variable that the call is the initial value of, and its whole statement
 * @param choice the conditional whose second alternative the call is
 * @param inLambda whether it stands in a lambda, or in a class inside a method
 */
public record RuntimeCall(
    String owner,
    String method,
    Span span,
    String receiver,
    List<Span> arguments,
    List<Expression> values,
    Optional<Declares> declares,
    Optional<Choice> choice,
    boolean inLambda) {

  /** {@code ShardGroup name = …;}. */
  public record Declares(String name, Span statement) {}

  /** {@code condition ? then : call}. */
  public record Choice(Span span, Span condition, Span then) {}

  /** Every call of the runtime in a source, in the order of the text. */
  public static List<RuntimeCall> all(Parsed parsed, Types types) {
    List<RuntimeCall> calls = new ArrayList<>();
    LiftExpressions lift = new LiftExpressions(parsed, types);
    for (MethodCallExpr call : parsed.tree().findAll(MethodCallExpr.class)) {
      types
          .method(call)
          .filter(m -> m.owner().startsWith(RuntimeNames.PACKAGE))
          .ifPresent(m -> calls.add(of(call, m, parsed, lift)));
    }
    return calls;
  }

  /** The imports of the runtime's classes in a source. */
  public static List<Span> imports(Parsed parsed) {
    return parsed.tree().getImports().stream()
        .filter(i -> (i.getNameAsString() + ".").startsWith(RuntimeNames.PACKAGE))
        .map(parsed::span)
        .toList();
  }

  private static RuntimeCall of(
      MethodCallExpr call, Method method, Parsed parsed, LiftExpressions lift) {
    Node outer = call;
    while (outer.getParentNode().orElse(null) instanceof EnclosedExpr parentheses) {
      outer = parentheses;
    }
    Node inner = outer;
    return new RuntimeCall(
        method.owner(),
        method.name(),
        parsed.span(call),
        method.isStatic()
            ? ""
            : call.getScope().map(s -> parsed.file().text(parsed.span(s))).orElse(""),
        call.getArguments().stream().map(parsed::span).toList(),
        call.getArguments().stream().map(lift::lift).toList(),
        outer
            .getParentNode()
            .filter(VariableDeclarator.class::isInstance)
            .map(VariableDeclarator.class::cast)
            .flatMap(v -> declares(v, parsed)),
        outer
            .getParentNode()
            .filter(ConditionalExpr.class::isInstance)
            .map(ConditionalExpr.class::cast)
            .filter(c -> c.getElseExpr() == inner)
            .map(
                c ->
                    new Choice(
                        parsed.span(c),
                        parsed.span(c.getCondition()),
                        parsed.span(c.getThenExpr()))),
        isInLambda(call));
  }

  private static Optional<Declares> declares(VariableDeclarator variable, Parsed parsed) {
    return variable
        .findAncestor(ExpressionStmt.class)
        .map(s -> new Declares(variable.getNameAsString(), parsed.span(s)));
  }

  private static boolean isInLambda(Node node) {
    for (Node at = node; at != null; at = at.getParentNode().orElse(null)) {
      if (at instanceof LambdaExpr
          || at instanceof ObjectCreationExpr creation
              && creation.getAnonymousClassBody().isPresent()) {
        return true;
      }
      if (at instanceof CallableDeclaration<?> || at instanceof InitializerDeclaration) {
        return false;
      }
    }
    return false;
  }
}
