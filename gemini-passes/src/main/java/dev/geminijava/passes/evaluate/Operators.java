package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import java.util.Optional;
import java.util.Set;

/** What Java's operators make of their operands. */
final class Operators {

  private static final Set<String> FRACTIONS = Set.of("float", "double");
  private static final String STRING = "java.lang.String";

  /** A size that is another one and a number. */
  record Offset(Dim of, long number) {}

  private Operators() {}

  static Value binary(Expression.Binary both, Frame frame, Evaluator evaluator) {
    Value left = evaluator.evaluate(both.left(), frame);
    String operator = both.operator();
    boolean and = operator.equals("&&");
    if (and || operator.equals("||")) {
      if (left.truth().isPresent() && left.truth().get() != and) {
        return left;
      }
      if (left.truth().isEmpty()) {
        // The right side may not be evaluated at all, and may throw if it were.
        Journal.End<Value> end =
            evaluator.journal.tried(() -> evaluator.evaluate(both.right(), frame));
        Optional<Boolean> right = end.result().flatMap(Value::truth);
        return right.isPresent() && right.get() != and
            ? new Value.Constant(!and)
            : evaluator.unknown("boolean", operator);
      }
      return evaluator.evaluate(both.right(), frame);
    }
    return apply(operator, both.type(), left, evaluator.evaluate(both.right(), frame), evaluator);
  }

  static Value apply(String operator, String type, Value a, Value b, Evaluator evaluator) {
    if (type.equals(STRING)) {
      Optional<String> left = printed(a);
      Optional<String> right = printed(b);
      return left.isPresent() && right.isPresent()
          ? new Value.Constant(left.get() + right.get())
          : evaluator.unknown(STRING, Paths.of(a) + Paths.of(b));
    }
    if (operator.equals("==") || operator.equals("!=")) {
      return same(a, b)
          .map(same -> (Value) new Value.Constant(same == operator.equals("==")))
          .orElseGet(() -> evaluator.unknown("boolean", operator));
    }
    if (a.truth().isPresent() && b.truth().isPresent()) {
      boolean x = a.truth().get();
      boolean y = b.truth().get();
      return new Value.Constant(
          switch (operator) {
            case "&" -> x && y;
            case "|" -> x || y;
            default -> x ^ y;
          });
    }
    if (a instanceof Value.Whole x && b instanceof Value.Whole y && !FRACTIONS.contains(type)) {
      return whole(operator, x.dim(), y.dim(), evaluator);
    }
    Optional<Double> x = fraction(a);
    Optional<Double> y = fraction(b);
    if (x.isPresent() && y.isPresent()) {
      return fractions(operator, x.get(), y.get());
    }
    return evaluator.unknown(type, "(" + Paths.of(a) + " " + operator + " " + Paths.of(b) + ")");
  }

  private static Value whole(String operator, Dim a, Dim b, Evaluator evaluator) {
    boolean numbers = a.isNumber() && b.isNumber();
    long x = a.numerator();
    long y = b.numerator();
    boolean divides = operator.equals("/") || operator.equals("%");
    if (divides && numbers && y == 0) {
      throw evaluator.thrown("divides by zero");
    }
    if (numbers) {
      return switch (operator) {
        case "+" -> Value.Whole.of(x + y);
        case "-" -> Value.Whole.of(x - y);
        case "*" -> Value.Whole.of(x * y);
        case "/" -> Value.Whole.of(x / y);
        case "%" -> Value.Whole.of(x % y);
        case "<<" -> Value.Whole.of(x << y);
        case ">>" -> Value.Whole.of(x >> y);
        case ">>>" -> Value.Whole.of(x >>> y);
        case "&" -> Value.Whole.of(x & y);
        case "|" -> Value.Whole.of(x | y);
        case "^" -> Value.Whole.of(x ^ y);
        case "<" -> new Value.Constant(x < y);
        case "<=" -> new Value.Constant(x <= y);
        case ">" -> new Value.Constant(x > y);
        default -> new Value.Constant(x >= y);
      };
    }
    return switch (operator) {
      case "*" -> x == 0 || y == 0 ? Value.Whole.of(0) : new Value.Whole(a.times(b));
      case "/" -> y == 0 ? named(a, operator, b) : new Value.Whole(a.over(b));
      case "+" -> x == 0 && a.isNumber() ? new Value.Whole(b) : sum(a, b, 1, evaluator);
      case "-" -> sum(a, b, -1, evaluator);
      case "%" -> a.isMultipleOf(b) ? Value.Whole.of(0) : named(a, operator, b);
      case "<", "<=", ">", ">=" -> evaluator.unknown("boolean", a + " " + operator + " " + b);
      default -> named(a, operator, b);
    };
  }

  private static Value sum(Dim a, Dim b, long sign, Evaluator evaluator) {
    if (b.isNumber() && b.numerator() == 0) {
      return new Value.Whole(a);
    }
    if (a.powers().equals(b.powers()) && a.denominator() == 1 && b.denominator() == 1) {
      long number = a.numerator() + sign * b.numerator();
      return new Value.Whole(number == 0 ? Dim.of(0) : new Dim(number, 1, a.powers()));
    }
    if (b.isNumber()) {
      Offset offset = evaluator.offsets.getOrDefault(a, new Offset(a, 0));
      long number = offset.number() + sign * b.numerator();
      if (number == 0) {
        return new Value.Whole(offset.of());
      }
      Dim moved = name(offset.of(), number > 0 ? "+" : "-", Dim.of(Math.abs(number)));
      evaluator.offsets.put(moved, new Offset(offset.of(), number));
      return new Value.Whole(moved);
    }
    return named(a, sign > 0 ? "+" : "-", b);
  }

  private static Value named(Dim a, String operator, Dim b) {
    return new Value.Whole(name(a, operator, b));
  }

  private static Dim name(Dim a, String operator, Dim b) {
    return Dim.symbol("(" + a + " " + operator + " " + b + ")");
  }

  private static Value fractions(String operator, double x, double y) {
    return switch (operator) {
      case "+" -> new Value.Constant(x + y);
      case "-" -> new Value.Constant(x - y);
      case "*" -> new Value.Constant(x * y);
      case "/" -> new Value.Constant(x / y);
      case "%" -> new Value.Constant(x % y);
      case "<" -> new Value.Constant(x < y);
      case "<=" -> new Value.Constant(x <= y);
      case ">" -> new Value.Constant(x > y);
      default -> new Value.Constant(x >= y);
    };
  }

  static Optional<Double> fraction(Value value) {
    if (value instanceof Value.Constant constant && constant.value() instanceof Double number) {
      return Optional.of(number);
    }
    return value.number().map(Long::doubleValue);
  }

  /** The text of a value in a concatenation. */
  static Optional<String> printed(Value value) {
    if (value instanceof Value.Constant constant) {
      return Optional.of(String.valueOf(constant.value()));
    }
    if (value instanceof Value.Instance instance && instance.fields.containsKey("$name")) {
      return instance.fields.get("$name").text();
    }
    return value.number().map(String::valueOf);
  }

  /** Whether two values are the same, where that is known. */
  static Optional<Boolean> same(Value a, Value b) {
    if (a.isNull() || b.isNull()) {
      Value other = a.isNull() ? b : a;
      if (other.isNull()) {
        return Optional.of(true);
      }
      boolean known =
          other instanceof Value.Unknown
              || other instanceof Value.Choice choice
                  && choice.options().stream().anyMatch(Value::isNull);
      return known ? Optional.empty() : Optional.of(false);
    }
    if (a instanceof Value.Whole x && b instanceof Value.Whole y) {
      return x.equals(y)
          ? Optional.of(true)
          : x.dim().isNumber() && y.dim().isNumber() ? Optional.of(false) : Optional.empty();
    }
    Optional<Double> x = fraction(a);
    Optional<Double> y = fraction(b);
    if (x.isPresent() && y.isPresent()) {
      return Optional.of(x.get().equals(y.get()));
    }
    if (a instanceof Value.Unknown || b instanceof Value.Unknown) {
      return Optional.empty();
    }
    if (a instanceof Value.Choice || b instanceof Value.Choice) {
      return a == b ? Optional.of(true) : Optional.empty();
    }
    if (a instanceof Value.Shape s && b instanceof Value.Shape t) {
      return s.equals(t) ? Optional.of(true) : Optional.empty();
    }
    return Optional.of(a.equals(b));
  }

  static Value unary(Expression.Other place, Form.Unary unary, Frame frame, Evaluator evaluator) {
    Value operand = evaluator.evaluate(unary.operand(), frame);
    return switch (unary.operator()) {
      case "!" ->
          operand
              .truth()
              .map(t -> (Value) new Value.Constant(!t))
              .orElseGet(() -> evaluator.unknown("boolean", "!"));
      case "-" -> {
        if (operand instanceof Value.Whole number) {
          yield new Value.Whole(number.dim().times(Dim.of(-1)));
        }
        yield fraction(operand)
            .map(f -> (Value) new Value.Constant(-f))
            .orElseGet(() -> evaluator.unknown(place.type(), "-" + Paths.of(operand)));
      }
      case "++", "--" -> {
        String sign = unary.operator().substring(1);
        Value after = apply(sign, unary.operand().type(), operand, Value.Whole.of(1), evaluator);
        evaluator.store(unary.operand(), after, frame);
        yield unary.prefix() ? after : operand;
      }
      default ->
          unary.operator().equals("+")
              ? operand
              : evaluator.unknown(place.type(), unary.operator() + Paths.of(operand));
    };
  }
}
