package dev.geminijava.passes.evaluate;

import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Texts and the functions of numbers. */
final class Texts {

  private static final String STRING = "java.lang.String";

  /** What gives a whole number of whole numbers. */
  private static final Set<String> OF_WHOLE =
      Set.of(
          "max",
          "min",
          "sum",
          "addExact",
          "multiplyExact",
          "subtractExact",
          "abs",
          "floorDiv",
          "floorMod",
          "toIntExact");

  private Texts() {}

  static Optional<Value> method(String text, String method, List<Value> arguments) {
    Optional<String> other = arguments.isEmpty() ? Optional.empty() : arguments.get(0).text();
    Optional<Long> index = arguments.isEmpty() ? Optional.empty() : arguments.get(0).number();
    return switch (method) {
      case "length" -> Optional.of(Value.Whole.of(text.length()));
      case "isEmpty" -> Optional.of(new Value.Constant(text.isEmpty()));
      case "isBlank" -> Optional.of(new Value.Constant(text.isBlank()));
      case "toUpperCase" -> Optional.of(new Value.Constant(text.toUpperCase(Locale.ROOT)));
      case "toLowerCase" -> Optional.of(new Value.Constant(text.toLowerCase(Locale.ROOT)));
      case "trim", "strip" -> Optional.of(new Value.Constant(text.strip()));
      case "concat" -> other.map(o -> new Value.Constant(text + o));
      case "startsWith" -> other.map(o -> new Value.Constant(text.startsWith(o)));
      case "endsWith" -> other.map(o -> new Value.Constant(text.endsWith(o)));
      case "contains" -> other.map(o -> new Value.Constant(text.contains(o)));
      case "equalsIgnoreCase" -> other.map(o -> new Value.Constant(text.equalsIgnoreCase(o)));
      case "indexOf" -> other.map(o -> Value.Whole.of(text.indexOf(o)));
      case "replace" ->
          other.flatMap(
              o -> arguments.get(1).text().map(n -> new Value.Constant(text.replace(o, n))));
      case "split" ->
          other.map(
              o -> {
                List<Value> parts = new ArrayList<>();
                for (String part : text.split(o, 0)) {
                  parts.add(new Value.Constant(part));
                }
                return new Value.Elements(STRING + "[]", parts, "");
              });
      case "substring" -> {
        Optional<Long> end =
            arguments.size() > 1 ? arguments.get(1).number() : Optional.of((long) text.length());
        boolean fits =
            index.isPresent()
                && end.isPresent()
                && index.get() >= 0
                && index.get() <= end.get()
                && end.get() <= text.length();
        yield fits
            ? Optional.of(
                new Value.Constant(text.substring(index.get().intValue(), end.get().intValue())))
            : Optional.empty();
      }
      case "charAt" ->
          index
              .filter(i -> i >= 0 && i < text.length())
              .map(i -> new Value.Constant(text.charAt(i.intValue())));
      case "hashCode" -> Optional.of(Value.Whole.of(text.hashCode()));
      case "intern" -> Optional.of(new Value.Constant(text));
      case "formatted" -> format(text, arguments);
      default -> Optional.empty();
    };
  }

  /** A static method of a class of texts or numbers. */
  static Optional<Value> fixed(
      String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.isEmpty() ? Value.Constant.NULL : arguments.get(0);
    return switch (method) {
      case "format" -> {
        boolean locale = first.text().isEmpty();
        yield arguments
            .get(locale ? 1 : 0)
            .text()
            .flatMap(
                pattern -> format(pattern, arguments.subList(locale ? 2 : 1, arguments.size())));
      }
      case "valueOf", "toString", "parseInt", "parseLong", "parseFloat", "parseDouble" -> {
        if (type.equals(STRING)) {
          yield Operators.printed(first).map(Value.Constant::new);
        }
        if (first.text().isPresent()) {
          yield parsed(first.text().get(), type);
        }
        yield Optional.of(first);
      }
      case "max", "min", "sum" -> math(method, arguments, type, evaluator);
      case "join" -> {
        List<String> parts = new ArrayList<>();
        Optional<List<Value>> items = evaluator.objects.items(arguments.get(1));
        items.ifPresent(all -> all.forEach(i -> i.text().ifPresent(parts::add)));
        yield items.isPresent() && parts.size() == items.get().size() && first.text().isPresent()
            ? Optional.of(new Value.Constant(String.join(first.text().get(), parts)))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static Optional<Value> parsed(String text, String type) {
    try {
      boolean fraction = type.toLowerCase(Locale.ROOT).matches(".*(float|double)");
      if (type.toLowerCase(Locale.ROOT).endsWith("boolean")) {
        return Optional.of(new Value.Constant(Boolean.parseBoolean(text)));
      }
      return Optional.of(
          fraction
              ? new Value.Constant(Double.parseDouble(text))
              : Value.Whole.of(Long.parseLong(text)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Value> format(String pattern, List<Value> arguments) {
    List<Value> items =
        arguments.size() == 1 && arguments.get(0) instanceof Value.Elements packed
            ? packed.items
            : arguments;
    List<Object> objects = new ArrayList<>();
    for (Value item : items) {
      if (item instanceof Value.Constant constant) {
        objects.add(constant.value());
      } else if (item.number().isPresent()) {
        objects.add(item.number().get());
      } else {
        objects.add(Paths.of(item));
      }
    }
    try {
      return Optional.of(
          new Value.Constant(String.format(Locale.ROOT, pattern, objects.toArray())));
    } catch (IllegalFormatException e) {
      return Optional.empty();
    }
  }

  static Optional<Value> math(
      String method, List<Value> arguments, String type, Evaluator evaluator) {
    Value first = arguments.get(0);
    Optional<Double> x = Operators.fraction(first);
    Optional<Double> y =
        arguments.size() > 1 ? Operators.fraction(arguments.get(1)) : Optional.of(0.0);
    boolean whole =
        type.equals("int")
            || type.equals("long")
            || OF_WHOLE.contains(method)
                && arguments.stream().allMatch(Value.Whole.class::isInstance);
    if (x.isEmpty() || y.isEmpty()) {
      return Optional.of(
          evaluator.unknown(
              type,
              method
                  + arguments.stream()
                      .map(Paths::of)
                      .collect(java.util.stream.Collectors.joining(", ", "(", ")"))));
    }
    double a = x.get();
    double b = y.get();
    Optional<Double> result =
        switch (method) {
          case "max" -> Optional.of(Math.max(a, b));
          case "min" -> Optional.of(Math.min(a, b));
          case "sum", "addExact" -> Optional.of(a + b);
          case "multiplyExact" -> Optional.of(a * b);
          case "subtractExact" -> Optional.of(a - b);
          case "pow" -> Optional.of(Math.pow(a, b));
          case "sqrt" -> Optional.of(Math.sqrt(a));
          case "cbrt" -> Optional.of(Math.cbrt(a));
          case "abs" -> Optional.of(Math.abs(a));
          case "exp" -> Optional.of(Math.exp(a));
          case "log" -> Optional.of(Math.log(a));
          case "log10" -> Optional.of(Math.log10(a));
          case "sin" -> Optional.of(Math.sin(a));
          case "cos" -> Optional.of(Math.cos(a));
          case "ceil" -> Optional.of(Math.ceil(a));
          case "floor" -> Optional.of(Math.floor(a));
          case "round" -> Optional.of((double) Math.round(a));
          case "floorDiv" -> Optional.of(Math.floor(a / b));
          case "floorMod" -> Optional.of(a - b * Math.floor(a / b));
          case "toIntExact" -> Optional.of(a);
          default -> Optional.empty();
        };
    return result.map(r -> whole ? Value.Whole.of(r.longValue()) : (Value) new Value.Constant(r));
  }
}
