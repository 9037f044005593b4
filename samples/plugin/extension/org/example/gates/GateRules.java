package org.example.gates;

import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.List;

/** A layer rule: a value that is split may pass through {@link HardSwish}. */
public final class GateRules implements LayerRules {

  @Override
  public List<LayerRule> layers() {
    return List.of(LayerRule.pointwise("org.example.gates.HardSwish"));
  }
}
