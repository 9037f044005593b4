package dev.geminijava.passes.model;

/**
 * A value between nodes.
 *
 * @param id its number in its graph
 * @param type the type of its elements as DJL prints it: {@code float32}, {@code int64}, …
 */
public record Tensor(int id, Extents shape, String type) {

  /** How many bytes it takes. */
  public Amount bytes() {
    long each =
        switch (type) {
          case "float64", "int64", "uint64" -> 8;
          case "float16", "bfloat16", "int16", "uint16" -> 2;
          case "int8", "uint8", "boolean" -> 1;
          default -> 4;
        };
    return shape.count().times(Dim.of(each));
  }
}
