package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.List;

/** Layers that look rows up in a table of vocabulary by width. */
public final class EmbeddingLayers implements LayerRules {

  private static final String LINE = "..., ve -> ...e";

  @Override
  public List<LayerRule> layers() {
    return List.of(
        LayerRule.lookup("ai.djl.nn.core.Embedding", LINE, "setEmbeddingSize"),
        LayerRule.lookup("ai.djl.nn.transformer.IdEmbedding", LINE, "setEmbeddingSize"));
  }
}
