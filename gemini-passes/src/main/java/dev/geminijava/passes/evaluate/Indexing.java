package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parts of an array by DJL's indices, such as {@code ":, 0"} or {@code "{}:, ..."}. */
final class Indexing {

  private Indexing() {}

  static Extents shape(Extents shape, List<Value> arguments, List<Value.Array> operands) {
    List<Value> given = new ArrayList<>();
    for (Value argument : arguments) {
      boolean manager =
          argument instanceof Value.Unknown unknown && unknown.type().equals(Djl.NDMANAGER);
      if (!manager) {
        given.add(argument);
      }
    }
    if (given.size() == 1
        && given.get(0) instanceof Value.Elements index
        && index.type.equals(Djl.NDINDEX)) {
      given = new ArrayList<>(index.items);
    }
    if (given.isEmpty()) {
      return shape;
    }
    Value first = given.get(0);
    if (first instanceof Value.Array array) {
      return array.type().equals("boolean")
          ? masked(shape, array.shape())
          : replacedFirst(shape, array.shape());
    }
    List<Value> rest = flat(given.subList(1, given.size()));
    if (first.text().isPresent()) {
      return parts(shape, first.text().get(), rest);
    }
    List<Value> numbers = flat(given);
    return numbers.stream().allMatch(Value.Whole.class::isInstance)
        ? without(shape, numbers.size())
        : Extents.open("part of " + shape);
  }

  private static List<Value> flat(List<Value> values) {
    List<Value> flat = new ArrayList<>();
    for (Value value : values) {
      if (value instanceof Value.Elements packed && packed.isArray()) {
        flat.addAll(packed.items);
      } else {
        flat.add(value);
      }
    }
    return flat;
  }

  /** What a mask picks goes along one axis, where the mask's were. */
  static Extents masked(Extents shape, Extents mask) {
    Dim picked = Dim.symbol("picked by " + mask);
    if (shape.isOpen() || mask.isOpen() || mask.dims().size() > shape.dims().size()) {
      return Extents.open("masked(" + shape + ")");
    }
    List<Dim> dims = new ArrayList<>();
    dims.add(picked);
    dims.addAll(shape.dims().subList(mask.dims().size(), shape.dims().size()));
    return Extents.of(dims);
  }

  private static Extents replacedFirst(Extents shape, Extents index) {
    if (shape.isOpen() || shape.dims().isEmpty()) {
      return Extents.open("part of " + shape);
    }
    List<Dim> dims = new ArrayList<>(index.dims());
    dims.addAll(shape.dims().subList(1, shape.dims().size()));
    return new Extents(index.base(), dims);
  }

  private static Extents without(Extents shape, int axes) {
    return shape.isOpen() || axes > shape.dims().size()
        ? Extents.open("part of " + shape)
        : Extents.of(shape.dims().subList(axes, shape.dims().size()));
  }

  private static Extents parts(Extents shape, String text, List<Value> arguments) {
    String[] items = text.split(",", -1);
    boolean skips = text.contains("...");
    if (shape.isOpen()) {
      boolean fromEnd = items.length > 0 && items[0].strip().equals("...");
      if (!fromEnd || shape.dims().size() < items.length - 1) {
        return Extents.open(shape + "[" + text + "]");
      }
    }
    int rank = shape.dims().size();
    List<Dim> dims = new ArrayList<>();
    int axis = 0;
    int argument = 0;
    for (String raw : items) {
      String item = raw.strip();
      if (item.equals("...")) {
        int kept = rank - axis - (items.length - 1 - countBefore(items, raw));
        for (int i = 0; i < kept && axis < rank; i++) {
          dims.add(shape.dims().get(axis++));
        }
        continue;
      }
      if (axis >= rank) {
        return Extents.open(shape + "[" + text + "]");
      }
      Dim whole = shape.dims().get(axis++);
      int holes = (item.length() - item.replace("{}", "").length()) / 2;
      List<Value> filled =
          argument + holes <= arguments.size()
              ? arguments.subList(argument, argument + holes)
              : List.of();
      argument += holes;
      if (item.contains(":") || item.equals("*") || item.isEmpty()) {
        dims.add(range(whole, item, filled));
      } else if (holes == 1 && filled.size() == 1 && filled.get(0) instanceof Value.Array index) {
        dims.addAll(index.shape().dims());
      } else if (item.equals("null") || item.equals("newaxis")) {
        axis--;
        dims.add(Dim.ONE);
      }
    }
    if (!skips) {
      dims.addAll(shape.dims().subList(Math.min(axis, rank), rank));
    }
    return new Extents(shape.base(), dims);
  }

  private static int countBefore(String[] items, String item) {
    for (int i = 0; i < items.length; i++) {
      if (items[i].equals(item)) {
        return i;
      }
    }
    return 0;
  }

  private static Dim range(Dim whole, String item, List<Value> filled) {
    String text = item;
    for (Value value : filled) {
      text =
          text.replaceFirst(
              "\\{\\}",
              java.util.regex.Matcher.quoteReplacement(
                  value.number().map(String::valueOf).orElse("?" + Paths.of(value))));
    }
    if (text.equals(":") || text.equals("*") || text.isEmpty()) {
      return whole;
    }
    String[] ends = text.split(":", -1);
    Optional<Long> from = end(ends[0], 0L, whole);
    Optional<Long> to =
        end(ends.length > 1 ? ends[1] : "", whole.isNumber() ? whole.numerator() : null, whole);
    Optional<Long> step = end(ends.length > 2 ? ends[2] : "", 1L, whole);
    if (from.isPresent() && to.isPresent() && step.isPresent() && step.get() > 0) {
      long last = whole.isNumber() ? Math.min(to.get(), whole.numerator()) : to.get();
      return Dim.of(Math.max(0, (last - from.get() + step.get() - 1) / step.get()));
    }
    if (ends[0].isBlank() && ends.length == 2 && ends[1].startsWith("?") && filled.size() == 1) {
      return Rearrangements.size(filled.get(0));
    }
    return Dim.symbol("(" + whole + ")[" + text.replace("?", "") + "]");
  }

  private static Optional<Long> end(String text, Long otherwise, Dim whole) {
    if (text.isBlank()) {
      return Optional.ofNullable(otherwise);
    }
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return Optional.of(number);
      }
      return whole.isNumber() ? Optional.of(whole.numerator() + number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
