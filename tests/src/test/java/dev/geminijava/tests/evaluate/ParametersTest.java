package dev.geminijava.tests.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.object_detection.ssd.SingleShotDetection;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.util.Pair;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.tests.model.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What evaluation says of a model's parameters is what DJL has when the model is made. */
@Tag("slow")
class ParametersTest {

  static Stream<String> models() {
    return Models.names().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void ofTheCorpus(String name) throws IOException {
    SourceFile file = SourceFile.read(Path.of("src/test/resources/models/" + name + ".java"));
    SourceFile dropouts =
        SourceFile.read(Path.of("src/test/java/dev/geminijava/tests/model/Dropouts.java"));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList data = Models.written(name).data(manager, 2);
      Block block = Models.written(name).block();
      assertSame(block, data.getShapes(), file, dropouts);
    }
  }

  static Stream<Zoo> zoo() {
    return Stream.of(
        new Zoo(
            "Mlp",
            new Mlp(784, 10, new int[] {128, 64}),
            "new ai.djl.basicmodelzoo.basic.Mlp(784, 10, new int[] {128, 64})",
            new Shape(2, 784)),
        new Zoo(
            "ResNetV1 with 50 layers",
            ai.djl.basicmodelzoo.cv.classification.ResNetV1.builder()
                .setNumLayers(50)
                .setOutSize(10)
                .setImageShape(new Shape(3, 224, 224))
                .build(),
            """
            ai.djl.basicmodelzoo.cv.classification.ResNetV1.builder()
                .setNumLayers(50)
                .setOutSize(10)
                .setImageShape(new ai.djl.ndarray.types.Shape(3, 224, 224))
                .build()""",
            new Shape(1, 3, 224, 224)),
        new Zoo(
            "MobileNetV1",
            ai.djl.basicmodelzoo.cv.classification.MobileNetV1.builder().setOutSize(7).build(),
            "ai.djl.basicmodelzoo.cv.classification.MobileNetV1.builder().setOutSize(7).build()",
            new Shape(1, 3, 64, 64)),
        new Zoo(
            "MobileNetV2",
            ai.djl.basicmodelzoo.cv.classification.MobileNetV2.builder().setOutSize(7).build(),
            "ai.djl.basicmodelzoo.cv.classification.MobileNetV2.builder().setOutSize(7).build()",
            new Shape(1, 3, 64, 64)),
        new Zoo(
            "BertBlock, micro",
            ai.djl.nn.transformer.BertBlock.builder().micro().setTokenDictionarySize(99).build(),
            "ai.djl.nn.transformer.BertBlock.builder().micro().setTokenDictionarySize(99).build()",
            new Shape(1, 16),
            new Shape(1, 16),
            new Shape(1, 16)),
        new Zoo(
            "SSD",
            ssd(),
            """
            SingleShotDetection.builder()
                .setNumClasses(2)
                .setNumFeatures(3)
                .optGlobalPool(true)
                .setRatios(java.util.List.of(
                    java.util.List.of(1f, 2f, 0.5f), java.util.List.of(1f, 2f, 0.5f),
                    java.util.List.of(1f, 2f, 0.5f), java.util.List.of(1f, 2f, 0.5f),
                    java.util.List.of(1f, 2f, 0.5f)))
                .setSizes(java.util.List.of(
                    java.util.List.of(0.2f, 0.272f), java.util.List.of(0.37f, 0.447f),
                    java.util.List.of(0.54f, 0.619f), java.util.List.of(0.71f, 0.79f),
                    java.util.List.of(0.88f, 0.961f)))
                .setBaseNetwork(
                    new ai.djl.nn.SequentialBlock()
                        .add(SingleShotDetection.getDownSamplingBlock(16)))
                .build()""",
            new Shape(1, 3, 256, 256)));
  }

  private static Block ssd() {
    List<Float> ratios = List.of(1f, 2f, 0.5f);
    return SingleShotDetection.builder()
        .setNumClasses(2)
        .setNumFeatures(3)
        .optGlobalPool(true)
        .setRatios(List.of(ratios, ratios, ratios, ratios, ratios))
        .setSizes(
            List.of(
                List.of(0.2f, 0.272f),
                List.of(0.37f, 0.447f),
                List.of(0.54f, 0.619f),
                List.of(0.71f, 0.79f),
                List.of(0.88f, 0.961f)))
        .setBaseNetwork(new SequentialBlock().add(SingleShotDetection.getDownSamplingBlock(16)))
        .build();
  }

  /** A model of DJL's zoo, and the expression that makes it. */
  record Zoo(String name, Block block, String expression, Shape... inputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void ofTheZoo(Zoo zoo) {
    SourceFile file =
        new SourceFile(
            Path.of("Zoo.java"),
            "import ai.djl.basicmodelzoo.cv.object_detection.ssd.*; class Zoo { ai.djl.nn.Block block() { return "
                + zoo.expression()
                + "; } }");
    assertSame(zoo.block(), zoo.inputs(), file);
  }

  private static void assertSame(Block block, Shape[] inputs, SourceFile... files) {
    List<Extents> shapes = Arrays.stream(inputs).map(ParametersTest::extents).toList();
    ModelGraph graph =
        Reading.models(shapes, files).stream()
            .filter(g -> g.file().text(g.span()).contains(" block() {"))
            .findFirst()
            .orElseThrow();
    List<String> real = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      block.initialize(manager, DataType.FLOAT32, inputs);
      Map<Parameter, String> seen = new IdentityHashMap<>();
      for (Pair<String, Parameter> pair : block.getParameters()) {
        if (seen.put(pair.getValue(), pair.getKey()) == null) {
          real.add(pair.getKey() + " " + pair.getValue().getShape());
        }
      }
    }
    List<String> read = graph.parameters().stream().map(p -> p.name() + " " + p.shape()).toList();
    assertEquals(String.join("\n", real), String.join("\n", read), () -> "" + graph.gaps());
  }

  private static Extents extents(Shape shape) {
    return Extents.of(Arrays.stream(shape.getShape()).mapToObj(Dim::of).toList());
  }

  @Test
  void sharedParametersCountOnce() {
    SourceFile file =
        new SourceFile(
            Path.of("Shared.java"),
            """
            import ai.djl.nn.*;
            import ai.djl.nn.core.Linear;

            class Shared {
              Block block() {
                Block layer = Linear.builder().setUnits(4).build();
                return new SequentialBlock().add(layer).add(layer);
              }
            }
            """);
    ModelGraph graph = Reading.models(List.of(extents(new Shape(2, 4))), file).get(0);
    assertEquals("20", graph.parameterCount().toString());
  }
}
