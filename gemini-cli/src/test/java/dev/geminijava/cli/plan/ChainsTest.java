package dev.geminijava.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Parameter;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Layers of a chain, each taking what the one before gives, as {@code block operation}. */
class ChainsTest {

  private static final String LIBRARY = "ai/djl/nn/SequentialBlock.java";

  private static String pairs(String file, String... layers) {
    SourceFile source = new SourceFile(Path.of(file), "block.forward(ps, x, training);");
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      String[] words = layers[i].split(" ");
      Tensor result = new Tensor(i + 1, shape(words), "float32");
      String operation =
          switch (words[1]) {
            case "Linear" -> "ai.djl.nn.core.Linear";
            case "Conv2d" -> "ai.djl.nn.convolutional.Conv2d";
            default -> words[1];
          };
      nodes.add(
          new Node(
              i,
              words[0],
              operation,
              operation,
              List.of(i),
              List.of(result),
              words[1].equals("Conv2d") ? List.of(weight(words)) : List.of(),
              Amount.ZERO,
              source,
              new Span(0, 5),
              List.of()));
    }
    Map<Node, Split> splits = Chains.of(nodes);
    return nodes.stream()
        .map(node -> splits.getOrDefault(node, Split.WHOLE).name())
        .collect(Collectors.joining(" "))
        .toLowerCase(java.util.Locale.ROOT);
  }

  /** What a third word says: {@code flat} has two axes, a number is a convolution's groups. */
  private static Extents shape(String... words) {
    return words.length > 2 && words[2].equals("flat")
        ? Extents.of(List.of(Dim.of(2), Dim.of(8 * 5 * 5)))
        : Extents.of(List.of(Dim.of(2), Dim.of(8), Dim.of(5), Dim.of(5)));
  }

  private static Parameter weight(String... words) {
    int groups = words.length > 2 ? Integer.parseInt(words[2]) : 1;
    return new Parameter(
        "weight", Extents.of(List.of(Dim.of(8), Dim.of(8 / groups), Dim.of(3), Dim.of(3))), true);
  }

  @Test
  void convolutionsAreSplitByChannelsWithWhatTreatsEachByItselfBetweenThem() {
    assertEquals(
        "column between between between row",
        pairs(
            LIBRARY,
            "01a Conv2d",
            "02b ai.djl.nn.norm.BatchNorm",
            "03c Activation.relu",
            "04d Conv2d 8",
            "05e Conv2d"));
  }

  @Test
  void aLinearLayerTakesChannelsOnlyWhenTheyAreFlat() {
    assertEquals(
        "column between between row",
        pairs(
            LIBRARY,
            "01a Conv2d",
            "02b NDArray.maxPool",
            "03c NDArray.reshape flat",
            "04d Linear"));
    assertEquals(
        "whole whole whole", pairs(LIBRARY, "01a Conv2d", "02b NDArray.maxPool", "03c Linear"));
  }

  @Test
  void neighboursWithAnActivationBetweenThemAreSplitTogether() {
    assertEquals(
        "column between row whole",
        pairs(LIBRARY, "01a Linear", "02b Activation.relu", "03c Linear", "04d Linear"));
  }

  @Test
  void whatNeedsAllFeaturesEndsThePair() {
    assertEquals(
        "whole whole whole",
        pairs(LIBRARY, "01a Linear", "02b ai.djl.nn.norm.LayerNorm", "03c Linear"));
  }

  @Test
  void layersOfTwoChainsAreNoPair() {
    assertEquals("whole whole", pairs(LIBRARY, "one/01a Linear", "two/01a Linear"));
  }

  @Test
  void whatABlockOfOnesOwnCallsIsDecidedByTheCompiler() {
    assertEquals("whole whole", pairs("Mlp.java", "up Linear", "down Linear"));
  }
}
