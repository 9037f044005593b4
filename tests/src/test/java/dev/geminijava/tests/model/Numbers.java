package dev.geminijava.tests.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Data that is the same everywhere and draws nothing from the program's random stream. */
public final class Numbers {

  private Numbers() {}

  /** Numbers between -1 and 1 without a pattern that a layer could exploit. */
  public static NDArray wave(NDManager manager, long... dimensions) {
    Shape shape = new Shape(dimensions);
    return manager.arange(0, (int) shape.size(), 1, DataType.FLOAT64).mul(0.7).sin().reshape(shape);
  }

  /** Whole numbers from 0 to {@code count} - 1, scattered. */
  public static NDArray classes(NDManager manager, int count, long... dimensions) {
    Shape shape = new Shape(dimensions);
    return manager
        .arange(0, (int) shape.size(), 1, DataType.INT64)
        .mul(7)
        .add(3)
        .mod(count)
        .reshape(shape);
  }
}
