package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import java.util.ArrayList;
import java.util.List;

/** Layers that act on each element alone; the one weight of a Prelu is the same for all. */
public final class PointwiseLayers implements LayerRules {

  private static final List<String> ACTIVATIONS =
      List.of(
          "relu",
          "relu6",
          "sigmoid",
          "tanh",
          "softPlus",
          "softSign",
          "leakyRelu",
          "elu",
          "selu",
          "gelu",
          "swish",
          "mish");

  @Override
  public List<LayerRule> layers() {
    List<LayerRule> rules = new ArrayList<>();
    for (String name : ACTIVATIONS) {
      rules.add(LayerRule.pointwise("ai.djl.nn.Activation." + name + "Block"));
    }
    rules.add(LayerRule.pointwise("ai.djl.nn.norm.Dropout").drawing().ofSums());
    rules.add(LayerRule.pointwise("ai.djl.nn.core.Prelu"));
    rules.add(LayerRule.pointwise("ai.djl.nn.Activation.preluBlock"));
    rules.add(LayerRule.pointwise("ai.djl.nn.Blocks.identityBlock").ofSums());
    return rules;
  }
}
