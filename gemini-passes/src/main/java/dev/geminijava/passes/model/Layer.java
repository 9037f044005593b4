package dev.geminijava.passes.model;

import java.util.Optional;

/** A layer that a block holds. */
public sealed interface Layer {

  /** What the block calls it. */
  String name();

  /** What it is, in a word or two. */
  String label();

  /** Multiplies the last axis by a weight. */
  record Linear(String name, Optional<Dim> units) implements Layer {
    @Override
    public String label() {
      return "Linear" + units.map(u -> " → " + u).orElse("");
    }
  }

  /** Looks rows up in a table. */
  record Embedding(String name, String type, Optional<Dim> width) implements Layer {
    @Override
    public String label() {
      return simple(type) + width.map(w -> " → " + w).orElse("");
    }
  }

  /** Convolves. */
  record Convolution(String name, String type, Optional<Dim> filters) implements Layer {
    @Override
    public String label() {
      return simple(type) + filters.map(f -> " → " + f).orElse("");
    }
  }

  /** Normalises. */
  record Norm(String name, String type) implements Layer {
    @Override
    public String label() {
      return simple(type);
    }
  }

  /** Drops values at random. */
  record Dropout(String name) implements Layer {
    @Override
    public String label() {
      return "Dropout";
    }
  }

  /** Acts on each element alone. */
  record Activation(String name, String function) implements Layer {
    @Override
    public String label() {
      return function;
    }
  }

  /** A chain of layers that is filled while the program runs. */
  record Chain(String name, String type) implements Layer {
    @Override
    public String label() {
      return simple(type);
    }
  }

  /** A block whose class is part of the program. */
  record Composite(String name, String type) implements Layer {
    @Override
    public String label() {
      return simple(type);
    }
  }

  /** Any other layer: what it computes is its own affair. */
  record Opaque(String name, String type) implements Layer {
    @Override
    public String label() {
      return simple(type);
    }
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }
}
