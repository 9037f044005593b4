package dev.geminijava.tests.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The multimodal sample, which makes its own data, and what only it computes. */
class MultimodalSampleTest {

  @Test
  void aSpectrogram() {
    String text =
        """
        import ai.djl.ndarray.*;
        import ai.djl.ndarray.types.Shape;
        import ai.djl.nn.*;
        import ai.djl.training.ParameterStore;
        import ai.djl.util.PairList;

        class Net extends AbstractBlock {
          @Override
          protected NDList forwardInternal(
              ParameterStore s, NDList in, boolean training, PairList<String, Object> p) {
            NDArray x = in.head();
            NDArray window = x.getManager().hanningWindow(400);
            return new NDList(x.stft(400, 160, true, window, false, true).real());
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }

          public static void main(String[] args) {
            ai.djl.Model model = ai.djl.Model.newInstance("net");
            model.setBlock(new Net());
            model.newTrainer(null).initialize(new Shape(2, 4000));
          }
        }
        """;
    ModelGraph model = Reading.models(List.of(), new SourceFile(Path.of("Net.java"), text)).get(0);
    List<String> shapes =
        model.nodes().stream().map(n -> n.outputs().get(0).shape().toString()).toList();
    assertEquals(List.of("(400)", "(B, 201, 26)", "(B, 201, 26, 2)"), shapes);
  }

  /** The multimodal sample: its model, layer by layer, with the sizes that the program gives it. */
  @Test
  void theMultimodalSample() throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("../samples/multimodal/src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        if (!file.endsWith("Generate.java")) {
          sources.add(new SourceFile(file, Files.readString(file)));
        }
      }
    }
    List<ModelGraph> models = Reading.models(List.of(), sources.toArray(new SourceFile[0]));
    assertEquals(
        List.of("ImageCodec", "MultimodalTransformer"),
        models.stream().map(ModelGraph::name).toList());
    ModelGraph model = models.get(1);
    assertEquals(List.of(), model.gaps());
    Amount parameters =
        Amount.sum(model.parameters().stream().map(p -> p.shape().count()).toList());
    assertEquals("907776", parameters.toString());
    assertEquals(
        List.of("(B, 32, 768)", "(B, 32, 175)"),
        model.outputs().stream()
            .map(
                id ->
                    model.nodes().stream()
                        .flatMap(n -> n.outputs().stream())
                        .filter(t -> t.id() == id)
                        .findFirst()
                        .orElseThrow()
                        .shape()
                        .toString())
            .toList());
  }
}
