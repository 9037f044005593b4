package dev.geminijava.passes.front;

import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.CharLiteralExpr;
import com.github.javaparser.ast.expr.DoubleLiteralExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.LongLiteralExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import java.util.Optional;

/** The values of literals. */
final class Constants {

  private Constants() {}

  /** The value of a literal, with its sign; none for {@code null} and for anything else. */
  static Optional<Object> value(Expression node) {
    if (node instanceof IntegerLiteralExpr literal) {
      return Optional.of(literal.asNumber().longValue());
    }
    if (node instanceof LongLiteralExpr literal) {
      return Optional.of(literal.asNumber().longValue());
    }
    if (node instanceof DoubleLiteralExpr literal) {
      return Optional.of(literal.asDouble());
    }
    if (node instanceof BooleanLiteralExpr literal) {
      return Optional.of(literal.getValue());
    }
    if (node instanceof StringLiteralExpr literal) {
      return Optional.of(literal.asString());
    }
    if (node instanceof CharLiteralExpr literal) {
      return Optional.of(literal.asChar());
    }
    if (node instanceof TextBlockLiteralExpr literal) {
      return Optional.of(literal.asString());
    }
    if (node instanceof NullLiteralExpr) {
      return Optional.empty();
    }
    boolean negative =
        node instanceof UnaryExpr sign && sign.getOperator() == UnaryExpr.Operator.MINUS;
    if (negative) {
      return value(Call.unwrapped(((UnaryExpr) node).getExpression()))
          .filter(Number.class::isInstance)
          .map(v -> v instanceof Long whole ? (Object) (-whole) : (Object) (-(Double) v));
    }
    return Optional.empty();
  }
}
