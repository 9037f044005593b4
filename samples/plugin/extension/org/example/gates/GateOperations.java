package org.example.gates;

import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import java.util.List;

/** An operation rule: the result of {@link Gates#hardSwish} is split as its argument is. */
public final class GateOperations implements OperationRules {

  @Override
  public List<OperationRule> operations() {
    return List.of(OperationRule.factors("org.example.gates.Gates", "hardSwish", "... -> ..."));
  }
}
