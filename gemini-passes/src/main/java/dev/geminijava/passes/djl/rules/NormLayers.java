package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.List;
import java.util.Optional;

/**
 * Layers that normalise: they keep the shape, and need all of what they normalise over. That of
 * batches does so for each channel by itself, by statistics of its own.
 */
public final class NormLayers implements LayerRules {

  private static final String BATCH_NORM = "ai.djl.nn.norm.BatchNorm";

  @Override
  public List<LayerRule> layers() {
    return List.of(
        LayerRule.whole("ai.djl.nn.norm.LayerNorm"),
        LayerRule.of(
                BATCH_NORM,
                true,
                "Bc, c -> Bc",
                "BcW, c -> BcW",
                "BcHW, c -> BcHW",
                "BcDHW, c -> BcDHW")
            .when(layer -> layer.size("optAxis", 1).equals(Optional.of(Dim.ONE))),
        LayerRule.whole(BATCH_NORM),
        LayerRule.whole("ai.djl.nn.norm.GhostBatchNorm"));
  }
}
