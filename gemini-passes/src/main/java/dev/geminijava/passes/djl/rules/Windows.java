package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.Value;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How sizes change under a window that moves over the last axes, as in convolutions and pooling:
 * {@code (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1}, rounded down.
 */
final class Windows {

  private Windows() {}

  /** A layer whose builder is told its window. */
  static Of layer(String kernel, int axes) {
    return new Of(kernel, axes, Optional.empty());
  }

  /**
   * A layer with a window.
   *
   * @param kernel the builder's method for the size of the window
   * @param axes over how many last axes it moves
   * @param channels the builder's method for the number of channels of the result, if it changes
   */
  record Of(String kernel, int axes, Optional<String> channels) implements LayerRule.Shaping {

    Of andChannels(String setting) {
      return new Of(kernel, axes, Optional.of(setting));
    }

    @Override
    public Extents shape(Value.Layer layer, Extents shape, Supplier<Dim> unknown) {
      Extents result = shape;
      for (int axis = -axes; axis < 0; axis++) {
        Optional<Dim> size = shape.at(axis);
        int place = axis;
        Dim moved =
            size.flatMap(
                    s ->
                        moved(
                            s,
                            part(layer, kernel, place, Optional.empty()),
                            part(layer, "optStride", place, Optional.of(1L)),
                            part(layer, "optPadding", place, Optional.of(0L)),
                            part(layer, "optDilation", place, Optional.of(1L))))
                .orElseGet(unknown);
        result = result.with(axis, moved).orElse(result);
      }
      if (channels.isPresent()) {
        Dim count = layer.size(channels.get(), 0).filter(d -> d.numerator() > 0).orElseGet(unknown);
        result = result.with(-axes - 1, count).orElse(result);
      }
      return result;
    }

    private Optional<Long> part(
        Value.Layer layer, String setting, int axis, Optional<Long> otherwise) {
      Value value = layer.settings().get(setting);
      if (value == null && layer.isKnown()) {
        return otherwise;
      }
      return value instanceof Value.Shape shape ? number(shape, axis) : Optional.empty();
    }
  }

  /** A number of a shape that is written out, counted from the end. */
  static Optional<Long> number(Value.Shape shape, int axis) {
    int index = shape.sizes().size() + axis;
    return index >= 0
            && shape.sizes().get(index) instanceof Value.Size size
            && size.dim().isNumber()
        ? Optional.of(size.dim().numerator())
        : Optional.empty();
  }

  /** The size after the window has moved; a window that changes nothing leaves a name as it is. */
  static Optional<Dim> moved(
      Dim size,
      Optional<Long> kernel,
      Optional<Long> stride,
      Optional<Long> padding,
      Optional<Long> dilation) {
    if (kernel.isEmpty() || stride.isEmpty() || padding.isEmpty() || dilation.isEmpty()) {
      return Optional.empty();
    }
    long less = dilation.get() * (kernel.get() - 1) - 2 * padding.get();
    if (stride.get() == 1) {
      return Optional.of(size.minus(Dim.of(less)));
    }
    return size.isNumber() && stride.get() > 0
        ? Optional.of(Dim.of((size.numerator() - less - 1) / stride.get() + 1))
        : Optional.empty();
  }
}
