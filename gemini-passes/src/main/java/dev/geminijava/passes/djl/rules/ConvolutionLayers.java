package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Convolutions: a product over input channels, with a window over the other axes, of which each
 * rank needs all. One in groups, such as a depthwise one, treats each group of channels by itself.
 */
public final class ConvolutionLayers implements LayerRules {

  private static final String PACKAGE = "ai.djl.nn.convolutional.";
  private static final Map<String, String> AXES =
      Map.of("Conv1d", "W", "Conv2d", "HW", "Conv3d", "DHW");

  @Override
  public List<LayerRule> layers() {
    List<LayerRule> rules = new ArrayList<>();
    AXES.forEach(
        (name, axes) -> {
          String type = PACKAGE + name;
          String dense = "bc%s, oc -> bo%s".formatted(axes, axes);
          String grouped = "bc%s, c -> bc%s".formatted(axes, axes);
          rules.add(
              LayerRule.linear(type, dense, "setFilters")
                  .when(layer -> groups(layer).equals(Optional.of(Dim.ONE)))
                  .shaping(Windows.layer("setKernelShape", axes.length())));
          rules.add(
              LayerRule.of(type, true, grouped)
                  .when(layer -> groups(layer).isPresent())
                  .dividing("optGroups")
                  .shaping(
                      Windows.layer("setKernelShape", axes.length()).andChannels("setFilters")));
        });
    return rules;
  }

  private static Optional<Dim> groups(Value.Layer layer) {
    return layer.size("optGroups", 1);
  }
}
