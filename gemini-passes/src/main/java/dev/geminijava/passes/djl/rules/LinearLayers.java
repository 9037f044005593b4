package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.List;

/** Layers that multiply the last axis by a weight of output by input features. */
public final class LinearLayers implements LayerRules {

  @Override
  public List<LayerRule> layers() {
    return List.of(LayerRule.linear("ai.djl.nn.core.Linear", "...i, oi -> ...o", "setUnits"));
  }
}
