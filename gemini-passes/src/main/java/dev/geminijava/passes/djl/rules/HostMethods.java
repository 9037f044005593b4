package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.List;

/** Methods that look at an array without reading it, and those that move it between scopes. */
public final class HostMethods implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";
  private static final String MANAGER = "ai.djl.ndarray.NDManager";
  private static final String SHAPE = "ai.djl.ndarray.types.Shape";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(
                NDARRAY,
                "getDevice getDataType getName setName isSparse getSparseFormat hasGradient"
                    + " setRequiresGradient close",
                operation -> Value.Host.UNKNOWN)
            .linear(Linear.ARRAYS),
        OperationRule.of(
                "ai.djl.ndarray.NDResource",
                "getManager attach detach tempAttach close",
                operation -> Value.Host.UNKNOWN)
            .linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "getShape", operation -> new Value.ShapeOf(operation.self()))
            .linear(Linear.ARRAYS),
        OperationRule.of("java.util.List", "of", HostMethods::items),
        OperationRule.of("java.util.Arrays", "asList", HostMethods::items),
        OperationRule.of(NDARRAY, "size", operation -> operation.size(operation.self()))
            .linear(Linear.ARRAYS),
        OperationRule.of(SHAPE, "get size dimension", HostMethods::shape),
        OperationRule.of(MANAGER, "ret", HostMethods::first),
        OperationRule.of(
            MANAGER,
            "subManagerOf tempAttachAll attachAll attachUncappedInternal tempAttachInternal",
            operation -> Value.Host.UNKNOWN),
        OperationRule.of(
            RuntimeNames.SHARDS,
            "features",
            operation -> operation.features(operation.arguments().get(0))),
        OperationRule.of(RuntimeNames.PIPELINE, "cut", HostMethods::first));
  }

  private static Value first(Operation operation) {
    return operation.arguments().get(0);
  }

  /** What is written out as the elements of a list. */
  private static Value items(Operation operation) {
    return new Value.Items(operation.written(), operation.arguments());
  }

  private static Value shape(Operation operation) {
    if (!(operation.receiver() instanceof Value.ShapeOf shape)) {
      throw operation.refuse("is not called on the shape of an array");
    }
    if (operation.method().equals("dimension")) {
      return new Value.Size(
          shape
              .array()
              .shape()
              .rank()
              .map(Dim::of)
              .orElseGet(() -> Dim.symbol(operation.unknownShape().base())));
    }
    return operation.size(shape.array());
  }
}
