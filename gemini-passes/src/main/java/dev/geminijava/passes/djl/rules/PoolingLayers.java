package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Pooling: each channel by itself, over a window or over all of the other axes. */
public final class PoolingLayers implements LayerRules, OperationRules {

  private static final String POOL = "ai.djl.nn.pooling.Pool";
  private static final Map<Integer, String> AXES = Map.of(1, "W", 2, "HW", 3, "DHW");

  @Override
  public List<LayerRule> layers() {
    List<LayerRule> rules = new ArrayList<>();
    AXES.forEach(
        (count, axes) -> {
          for (String kind : List.of("max", "avg", "lp")) {
            rules.add(
                LayerRule.of(
                        POOL + "." + kind + "Pool" + count + "dBlock",
                        true,
                        "bc%s -> bc%s".formatted(axes, axes))
                    .shaping(PoolingLayers::unknownSizes));
          }
          for (String kind : List.of("Max", "Avg", "Lp")) {
            rules.add(
                LayerRule.of(
                    POOL + ".global" + kind + "Pool" + count + "dBlock",
                    true,
                    "bc%s -> bc".formatted(axes)));
          }
        });
    rules.add(
        LayerRule.whole("ai.djl.nn.Blocks.batchFlattenBlock").shaping(PoolingLayers::flattened));
    return rules;
  }

  private static Extents flattened(Value.Layer layer, Extents shape, Supplier<Dim> unknown) {
    boolean known = !shape.isOpen() && !shape.dims().isEmpty();
    return Extents.of(
        known
            ? List.of(
                shape.dims().get(0), Dim.product(shape.dims().subList(1, shape.dims().size())))
            : List.of(unknown.get(), unknown.get()));
  }

  private static Extents unknownSizes(Value.Layer layer, Extents shape, Supplier<Dim> unknown) {
    Extents result = shape;
    for (int axis = -shape.dims().size() + 2; axis < 0; axis++) {
      result = result.with(axis, unknown.get()).orElse(result);
    }
    return result;
  }

  @Override
  public List<OperationRule> operations() {
    List<OperationRule> rules = new ArrayList<>();
    AXES.forEach(
        (count, axes) -> {
          rules.add(
              OperationRule.of(
                  POOL,
                  "maxPool%1$dd avgPool%1$dd lpPool%1$dd".formatted(count),
                  operation -> pooled(operation, count, true)));
          rules.add(
              OperationRule.of(
                  POOL,
                  "globalMaxPool%1$dd globalAvgPool%1$dd globalLpPool%1$dd".formatted(count),
                  operation -> pooled(operation, count, false)));
        });
    return rules;
  }

  private static Value pooled(Operation operation, int count, boolean window) {
    if (!(operation.arguments().get(0) instanceof Value.Array given)) {
      throw operation.refuse("is given something that is not understood");
    }
    Value.Array array = operation.withRank(given, count + 2, false);
    Extents shape = array.shape().closed(count + 2);
    if (shape.isOpen() || shape.dims().size() != count + 2) {
      throw operation.refuse("pools an array with another number of axes");
    }
    if (array.isSplit() && array.axis() >= -count) {
      throw operation.refuse("needs all of the axis that is split");
    }
    List<Dim> dims = new ArrayList<>(shape.dims().subList(0, 2));
    for (int axis = -count; window && axis < 0; axis++) {
      dims.add(size(operation, shape.at(axis).orElseThrow(), axis));
    }
    int moved = window ? array.axis() : array.axis() + count;
    return array.moved(Extents.of(dims), moved);
  }

  private static Dim size(Operation operation, Dim size, int axis) {
    List<Optional<Long>> numbers = new ArrayList<>();
    boolean rounding = false;
    for (int i = 1; i < operation.arguments().size(); i++) {
      if (operation.arguments().get(i) instanceof Value.Shape shape) {
        numbers.add(Windows.number(shape, axis));
      } else {
        rounding |= !operation.truth(i).equals(Optional.of(false));
      }
    }
    // With a flag for rounding up, or for what counts, nothing is taken for granted.
    if (numbers.isEmpty() || rounding) {
      return operation.unknownSize();
    }
    Optional<Long> kernel = numbers.get(0);
    Optional<Long> stride = numbers.size() > 1 ? numbers.get(1) : kernel;
    Optional<Long> padding = numbers.size() > 2 ? numbers.get(2) : Optional.of(0L);
    return Windows.moved(size, kernel, stride, padding, Optional.of(1L))
        .orElseGet(operation::unknownSize);
  }
}
