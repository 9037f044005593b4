package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import java.util.Set;

/** Sizes that programs calculate. */
final class Arithmetic {

  private static final Set<String> WHOLE = Set.of("int", "long", "short");

  private Arithmetic() {}

  static Value of(Expression.Binary both, Value left, Value right, Analysis analysis) {
    if (left.isSplit() || right.isSplit()) {
      // Comparing the reference with null does not look at what it holds.
      boolean same = both.operator().equals("==") || both.operator().equals("!=");
      if (!same) {
        throw new Refusal(
            both.span(),
            "a split value is an operand of " + both.operator() + ", for which there is no rule",
            Interpreter.sources(java.util.List.of(left, right)));
      }
      return Value.Host.UNKNOWN;
    }
    if (!(left instanceof Value.Size a && right instanceof Value.Size b)
        || !WHOLE.contains(both.type())) {
      return analysis.unknown(both.type());
    }
    Dim dim = calculated(both.operator(), a.dim(), b.dim(), analysis);
    try {
      return switch (both.operator()) {
        case "*" -> new Value.Size(dim, a.exact().times(b.exact()));
        case "+" -> new Value.Size(dim, a.exact().plus(b.exact()));
        case "-" -> new Value.Size(dim, a.exact().minus(b.exact()));
        default -> new Value.Size(dim);
      };
    } catch (ArithmeticException e) {
      // Larger than any size.
      return new Value.Size(dim);
    }
  }

  private static Dim calculated(String operator, Dim a, Dim b, Analysis analysis) {
    boolean numbers = a.isNumber() && b.isNumber();
    return switch (operator) {
      case "*" -> a.times(b);
      case "/" -> divided(a, b, numbers, analysis);
      case "+" -> a.plus(b);
      case "-" -> a.minus(b);
      default -> Dim.symbol(analysis.fresh());
    };
  }

  /** Two numbers divide as in Java; sizes with names divide without a rest, else nothing fits. */
  private static Dim divided(Dim a, Dim b, boolean numbers, Analysis analysis) {
    if (b.numerator() == 0) {
      return Dim.symbol(analysis.fresh());
    }
    return numbers ? Dim.of(a.numerator() / b.numerator()) : a.over(b);
  }
}
