package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an index says about one axis, as in DJL's {@code NDIndex}: {@code "..., 0, {}:{}"}. */
sealed interface Subscript {

  /** One element; its number, if it is known. */
  record At(Optional<Dim> index) implements Subscript {
    /** What the program says as a number. */
    Optional<Integer> number() {
      return index.filter(Dim::isNumber).map(d -> Math.toIntExact(d.numerator()));
    }
  }

  /** The axes that nothing else is said about. */
  record Rest() implements Subscript {}

  /** A range. */
  record Range(Optional<Bound> from, Optional<Bound> to, boolean steps) implements Subscript {
    boolean isAll() {
      return from.isEmpty() && to.isEmpty() && !steps;
    }
  }

  /**
   * A bound of a range.
   *
   * @param value its value
   * @param written what it is written as, if it is an argument
   */
  record Bound(Value.Size value, Optional<Expression> written) {
    Dim size() {
      return value.dim();
    }
  }

  /** One item between commas. */
  Pattern ITEM =
      Pattern.compile(
          "(?<all>\\*)|(?<from>-?\\d+|\\{\\})?:(?<to>-?\\d+|\\{\\})?(?<step>:(-?\\d+|\\{\\}))?"
              + "|(?<at>-?\\d+|\\{\\})");

  /**
   * Reads an index; empty if an item is not understood, or takes an array.
   *
   * @param written the text, and the arguments for its {@code {}}
   * @param values what these are
   */
  static Optional<List<Subscript>> parse(
      String text, List<Expression> written, List<Value> values) {
    List<Bound> given = new ArrayList<>();
    for (int i = 1; i < written.size(); i++) {
      if (!(values.get(i) instanceof Value.Size size)) {
        return Optional.empty();
      }
      given.add(new Bound(size, Optional.of(written.get(i))));
    }
    if (text.split("\\{\\}", -1).length - 1 != given.size()) {
      return Optional.empty();
    }
    Iterator<Bound> arguments = given.iterator();
    List<Subscript> subscripts = new ArrayList<>();
    for (String item : text.split(",")) {
      Matcher matcher = ITEM.matcher(item.trim());
      if (item.trim().equals("...")) {
        subscripts.add(new Rest());
      } else if (!matcher.matches()) {
        return Optional.empty();
      } else if (matcher.group("all") != null) {
        subscripts.add(new Range(Optional.empty(), Optional.empty(), false));
      } else if (matcher.group("at") != null) {
        subscripts.add(new At(bound(matcher.group("at"), arguments).map(Bound::size)));
      } else {
        Optional<Bound> from = bound(matcher.group("from"), arguments);
        Optional<Bound> to = bound(matcher.group("to"), arguments);
        subscripts.add(new Range(from, to, matcher.group("step") != null));
        if (matcher.group("step") != null && matcher.group("step").equals(":{}")) {
          arguments.next();
        }
      }
    }
    return Optional.of(List.copyOf(subscripts));
  }

  private static Optional<Bound> bound(String text, Iterator<Bound> arguments) {
    if (text == null) {
      return Optional.empty();
    }
    return text.equals("{}")
        ? Optional.of(arguments.next())
        : Optional.of(new Bound(new Value.Size(Dim.of(Long.parseLong(text))), Optional.empty()));
  }
}
