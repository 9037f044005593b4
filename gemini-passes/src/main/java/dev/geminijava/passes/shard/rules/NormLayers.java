package dev.geminijava.passes.shard.rules;

import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.List;

/** Layers that normalise: they keep the shape, and need all of what they normalise over. */
public final class NormLayers implements LayerRules {

  @Override
  public List<LayerRule> layers() {
    return List.of(
        LayerRule.whole("ai.djl.nn.norm.LayerNorm"),
        LayerRule.whole("ai.djl.nn.norm.BatchNorm"),
        LayerRule.whole("ai.djl.nn.norm.GhostBatchNorm"));
  }
}
