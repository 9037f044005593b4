package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.List;

/** Methods that draw random numbers. */
public final class RandomMethods implements OperationRules {

  @Override
  public List<OperationRule> operations() {
    return List.of(OperationRule.of("ai.djl.nn.norm.Dropout", "dropout", RandomMethods::dropout));
  }

  private static Value dropout(Operation operation) {
    if (!(operation.arguments().get(0) instanceof Value.Array array)) {
      throw operation.refuse("is given something that is not understood");
    }
    if (array.isSplit()) {
      operation.draw(0);
    }
    return new Value.Arrays(List.of(array));
  }
}
