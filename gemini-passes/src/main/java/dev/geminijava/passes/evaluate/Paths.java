package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import java.util.stream.Collectors;

/** What values are called in names of sizes, and what class they are of. */
final class Paths {

  private static final int LONGEST = 60;

  private Paths() {}

  /** A short name for a value. */
  static String of(Value value) {
    if (value instanceof Value.Whole number) {
      return number.dim().toString();
    }
    if (value instanceof Value.Constant constant) {
      return String.valueOf(constant.value());
    }
    if (value instanceof Value.Unknown unknown) {
      return cut(unknown.path());
    }
    if (value instanceof Value.Shape shape) {
      return shape.extents().toString();
    }
    if (value instanceof Value.Array array) {
      return "#" + array.tensor();
    }
    if (value instanceof Value.Elements elements && !elements.open.isEmpty()) {
      return cut(elements.open);
    }
    if (value instanceof Value.Elements elements && elements.items.size() < 5) {
      return elements.items.stream().map(Paths::of).collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Value.Instance instance && !instance.path.isEmpty()) {
      return cut(instance.path);
    }
    String type = type(value);
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static String cut(String path) {
    String line = path.replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }

  /** The class of a value; empty when it is not known. */
  static String type(Value value) {
    if (value instanceof Value.Instance instance) {
      return instance.type;
    }
    if (value instanceof Value.Elements elements) {
      return elements.type;
    }
    if (value instanceof Value.Table table) {
      return table.type;
    }
    if (value instanceof Value.Array) {
      return Djl.NDARRAY;
    }
    if (value instanceof Value.Shape) {
      return Djl.SHAPE;
    }
    if (value instanceof Value.Unknown unknown) {
      return unknown.type();
    }
    if (value instanceof Value.Whole) {
      return "java.lang.Integer";
    }
    if (value instanceof Value.Constant constant && constant.value() != null) {
      return constant.value().getClass().getName();
    }
    return "";
  }
}
