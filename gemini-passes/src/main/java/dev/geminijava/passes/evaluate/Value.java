package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The value of an expression as far as it is known without running the program. */
sealed interface Value {

  /** A whole number, known or a product of names. */
  record Whole(Dim dim) implements Value {
    static Whole of(long value) {
      return new Whole(Dim.of(value));
    }
  }

  /** A truth value, fraction, character, text, or null. */
  record Constant(Object value) implements Value {

    /** The reference to nothing. */
    static final Constant NULL = new Constant(null);

    /** The value of a method that has none. */
    static final Constant NOTHING = new Constant(null);

    static final Constant TRUE = new Constant(true);
    static final Constant FALSE = new Constant(false);
  }

  /** A class itself. */
  record Type(String name) implements Value {}

  /** A lambda, a reference to a method, or anything else that can be called. */
  record Function(Body body) implements Value {}

  /** What a function does. */
  @FunctionalInterface
  interface Body {
    Value call(List<Value> arguments);
  }

  /** The shape of an array. */
  record Shape(Extents extents) implements Value {}

  /**
   * An array.
   *
   * @param tensor its number in the trace
   * @param type of its elements
   * @param parameter the parameter whose value it is
   */
  record Array(int tensor, Extents shape, String type, Optional<Instance> parameter)
      implements Value {}

  /**
   * A value of which the type is known at most.
   *
   * @param path what the program calls it
   */
  record Unknown(String type, String path) implements Value {}

  /** One of several values. */
  record Choice(List<Value> options) implements Value {}

  /** An object of a class with source. Fields are called {@code Class.name}. */
  final class Instance implements Value, Mutable {
    final String type;
    Map<String, Value> fields = new LinkedHashMap<>();

    /** The object of the enclosing class, for inner ones. */
    Instance outer;

    /** The local variables in sight where a local class is instantiated. */
    Map<String, Value> captured = Map.of();

    /** What fields that nothing has set are named after; empty when they have their defaults. */
    final String path;

    Instance(String type, String path) {
      this.type = type;
      this.path = path;
    }

    @Override
    public Object snapshot() {
      return new LinkedHashMap<>(fields);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void restore(Object snapshot) {
      fields = new LinkedHashMap<>((Map<String, Value>) snapshot);
    }

    @Override
    public String toString() {
      return type + "@" + Integer.toHexString(System.identityHashCode(this));
    }
  }

  /** A list, set, array, queue or stream. */
  final class Elements implements Value, Mutable {
    final String type;
    List<Value> items;

    /** What further elements are named after; empty when there are no others. */
    String open;

    Elements(String type, List<Value> items, String open) {
      this.type = type;
      this.items = new java.util.ArrayList<>(items);
      this.open = open;
    }

    boolean isArray() {
      return type.endsWith("[]");
    }

    /** The type of an array's elements. */
    String elementType() {
      return switch (type) {
        case Djl.NDLIST -> Djl.NDARRAY;
        default -> isArray() ? type.substring(0, type.length() - 2) : "";
      };
    }

    @Override
    public Object snapshot() {
      return new Elements(type, items, open);
    }

    @Override
    public void restore(Object snapshot) {
      Elements before = (Elements) snapshot;
      items = new java.util.ArrayList<>(before.items);
      open = before.open;
    }
  }

  /** A map. */
  final class Table implements Value, Mutable {
    final String type;
    Map<Value, Value> entries = new LinkedHashMap<>();

    /** What further values are named after; empty when there are no others. */
    String open = "";

    /** How many there are, where that was asked for and is not known. */
    Optional<Value> size = Optional.empty();

    Table(String type) {
      this.type = type;
    }

    @Override
    public Object snapshot() {
      return new LinkedHashMap<>(entries);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void restore(Object snapshot) {
      entries = new LinkedHashMap<>((Map<Value, Value>) snapshot);
    }
  }

  /** Whether it is certainly null. */
  default boolean isNull() {
    return this instanceof Constant constant && constant.value() == null;
  }

  /** The number, where it is known. */
  default Optional<Long> number() {
    return this instanceof Whole n && n.dim().isNumber()
        ? Optional.of(n.dim().numerator())
        : Optional.empty();
  }

  /** The truth value, where it is known. */
  default Optional<Boolean> truth() {
    return this instanceof Constant constant && constant.value() instanceof Boolean truth
        ? Optional.of(truth)
        : Optional.empty();
  }

  /** The text, where it is known. */
  default Optional<String> text() {
    return this instanceof Constant constant && constant.value() instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }
}
