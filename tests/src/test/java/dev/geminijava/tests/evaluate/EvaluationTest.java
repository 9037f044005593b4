package dev.geminijava.tests.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.evaluate.Coverage;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a program builds and computes is read from its source, however it is written. */
class EvaluationTest {

  private static final String IMPORTS =
      """
      import ai.djl.Model;
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.index.NDIndex;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.core.Linear;
      import ai.djl.nn.norm.*;
      import ai.djl.training.*;
      import ai.djl.util.PairList;
      import java.util.*;
      import java.util.function.*;
      import java.util.stream.*;

      """;

  private static SourceFile source(String text) {
    return new SourceFile(Path.of("Net.java"), IMPORTS + text);
  }

  private static List<ModelGraph> models(String text, long... shape) {
    List<Extents> inputs =
        shape.length == 0
            ? List.of()
            : List.of(Extents.of(Arrays.stream(shape).mapToObj(Dim::of).toList()));
    return Reading.models(inputs, source(text));
  }

  /** A line for each node of the first model: block, operation, shape of the result. */
  private static String graph(String text, long... shape) {
    ModelGraph model = models(text, shape).get(0);
    assertEquals(List.of(), model.gaps());
    return model.nodes().stream()
        .map(
            n ->
                (n.block() + " " + n.operation().replaceAll("ai[.\\w]*\\.", "")).strip()
                    + " "
                    + n.outputs().get(0).shape()
                    + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void dataThatIsMadeBeforeTheModelIsNotMadeHere() {
    assertEquals(
        """
        01Linear Linear (…, 8)
        02Linear Linear (…, 6)
        """,
        graph(
            """
            class Net {
              public static void main(String[] args) {
                List<float[]> pictures = new ArrayList<>();
                for (int i = 0; i < 4096; i++) {
                  float[] pixels = new float[64 * 64];
                  for (int y = 0; y < 64; y++) {
                    for (int x = 0; x < 64; x++) {
                      pixels[y * 64 + x] = (x * y + i) % 7;
                    }
                  }
                  pictures.add(pixels);
                }
                double mean = 0;
                for (float[] pixels : pictures) {
                  for (float pixel : pixels) {
                    mean += pixel;
                  }
                }
                SequentialBlock chain = new SequentialBlock();
                for (int units = 8; units > 4; units -= 2) {
                  chain.add(Linear.builder().setUnits(units).build());
                }
                Model.newInstance("net").setBlock(chain);
              }
            }
            """));
  }

  @Test
  void dataSetsSayTheBatchIfAllSayTheSameOrElseTheFirstShape() {
    String program =
        """
        class Net {
          static ai.djl.training.dataset.ArrayDataset data(NDManager m, int batch) {
            return new ai.djl.training.dataset.ArrayDataset.Builder()
                .setData(m.zeros(new Shape(96, 4)))
                .setSampling(batch, true)
                .build();
          }
          public static void main(String[] args) {
            Model model = Model.newInstance("net");
            model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(8).build()));
            NDManager m = NDManager.newBaseManager();
            var train = data(m, 3 * 16);
            var test = data(m, TEST);
          }
        }
        """;
    assertEquals(OptionalLong.of(48), models(program.replace("TEST", "48")).get(0).batch(), "both");
    assertEquals(OptionalLong.empty(), models(program.replace("TEST", "32")).get(0).batch());
    assertEquals(
        OptionalLong.empty(),
        models(program.replace("TEST", "args.length + 1")).get(0).batch(),
        "one that arguments choose");
    String initialised =
        program.replace(
            "var test = data(m, TEST);",
            """
            try (ai.djl.training.Trainer trainer =
                model.newTrainer(
                    new ai.djl.training.DefaultTrainingConfig(
                        ai.djl.training.loss.Loss.l2Loss()))) {
              trainer.initialize(new Shape(6, 4));
            }
            """);
    assertEquals(OptionalLong.of(48), models(initialised).get(0).batch(), "data sets know best");
    assertEquals(
        OptionalLong.of(6),
        models(initialised.replace("var train = data(m, 3 * 16);", "")).get(0).batch());
  }

  /** DJL calls the program's prepare, and its sources of data sets are not read. */
  @Test
  void codeThatIsNotInSightMaySetWhatNothingElseDoes() {
    assertEquals(
        "01Linear Linear (…, vocabulary.size())\n",
        graph(
            """
            class Net {
              static class Words extends ai.djl.training.dataset.RandomAccessDataset {
                private List<String> vocabulary;
                private boolean prepared;
                Words(Builder builder) {
                  super(builder);
                }
                public void prepare(ai.djl.util.Progress progress) {
                  if (!prepared) {
                    vocabulary = read();
                    prepared = true;
                  }
                }
                native List<String> read();
                public ai.djl.training.dataset.Record get(NDManager manager, long index) {
                  return null;
                }
                protected long availableSize() {
                  return vocabulary.size();
                }
                static class Builder extends BaseBuilder<Builder> {
                  protected Builder self() {
                    return this;
                  }
                }
              }
              public static void main(String[] args) throws Exception {
                Words words = new Words(new Words.Builder().setSampling(4, false));
                words.prepare();
                Block head = Linear.builder().setUnits(words.vocabulary.size()).build();
                Model.newInstance("net").setBlock(new SequentialBlock().add(head));
              }
            }
            """));
  }

  @Test
  void aVocabularyHasItsSize() {
    assertEquals(
        "12",
        models(
                """
                class Net {
                  static Block words() {
                    return ai.djl.modality.nlp.embedding.TrainableWordEmbedding.builder()
                        .setEmbeddingSize(4)
                        .setVocabulary(
                            new ai.djl.modality.nlp.DefaultVocabulary(List.of("a", "b", "c")))
                        .optUseDefault(false)
                        .build();
                  }
                }
                """)
            .get(0)
            .parameterCount()
            .toString());
  }

  @Test
  void loopsAreUnrolled() {
    assertEquals(
        """
        01Linear Linear (B, 8)
        02Linear Linear (B, 6)
        03Linear Linear (B, 4)
        """,
        graph(
            """
            class Net {
              static Block chain() {
                SequentialBlock chain = new SequentialBlock();
                for (int units = 8; units > 2; units -= 2) {
                  chain.add(Linear.builder().setUnits(units).build());
                }
                return chain;
              }
            }
            """,
            1,
            3));
  }

  @Test
  void listsAreWalkedFromTheirEnd() {
    assertEquals(
        """
        01Linear Linear (B, 6)
        02Linear Linear (B, 4)
        03Linear Linear (B, 4)
        04Linear Linear (B, 6)
        """,
        graph(
            """
            class Net {
              static Block chain() {
                List<Integer> sizes = new ArrayList<>(List.of(4, 6));
                SequentialBlock chain = new SequentialBlock();
                ListIterator<Integer> back = sizes.listIterator(sizes.size());
                while (back.hasPrevious()) {
                  chain.add(Linear.builder().setUnits(back.previous()).build());
                }
                Iterator<Integer> down = new ArrayDeque<>(List.of(6, 4)).descendingIterator();
                while (down.hasNext()) {
                  chain.add(Linear.builder().setUnits(down.next()).build());
                }
                return chain;
              }
            }
            """,
            1,
            3));
  }

  @Test
  void buildersInVariablesHelpersAndFieldsWithConstants() {
    assertEquals(
        """
        01SequentialBlock/01Linear Linear (B, 16)
        01SequentialBlock/02LambdaBlock Activation.relu (B, 16)
        02SequentialBlock/01Linear Linear (B, 5)
        """,
        graph(
            """
            class Net {
              static final int WIDTH = 4 * 4;

              static Block layer(int units, boolean activated) {
                Linear.Builder builder = Linear.builder();
                builder.setUnits(units);
                if (!activated) {
                  builder.optBias(false);
                }
                SequentialBlock block = new SequentialBlock().add(builder.build());
                return activated ? block.add(Activation.reluBlock()) : block;
              }

              public static void main(String[] args) {
                Model model = Model.newInstance("net");
                model.setBlock(new SequentialBlock().add(layer(WIDTH, true)).add(layer(5, false)));
                model.newTrainer(new DefaultTrainingConfig(null)).initialize(new Shape(1, 3));
              }
            }
            """));
  }

  @Test
  void collectionsStreamsAndReferences() {
    assertEquals(
        """
        01Linear Linear (B, 7)
        02Linear Linear (B, 5)
        03LambdaBlock Activation.tanh (B, 5)
        """,
        graph(
            """
            class Net {
              static Block chain() {
                Map<String, Integer> sizes = new LinkedHashMap<>();
                sizes.put("a", 7);
                sizes.put("b", 5);
                List<Block> layers =
                    sizes.values().stream()
                        .map(units -> (Block) Linear.builder().setUnits(units).build())
                        .collect(Collectors.toList());
                Supplier<Block> last = () -> new LambdaBlock(Activation::tanh);
                layers.add(last.get());
                SequentialBlock chain = new SequentialBlock();
                layers.forEach(chain::add);
                return chain;
              }
            }
            """,
            1,
            3));
  }

  /** DJL adds the blocks of a list by a reference to a method of its own. */
  @Test
  void mapsKeepTheirOrderAndMakersMayBeConstructors() {
    assertEquals(
        """
        01user/01w Linear (B, 5)
        02item/01w Linear (B, 7)
        03hour/01w Linear (B, 9)
        04day/01w Linear (B, 11)
        """,
        graph(
            """
            class Net extends AbstractBlock {
              static class Wrap extends AbstractBlock {
                final Linear w;
                Wrap(int n) {
                  w = addChildBlock("w", Linear.builder().setUnits(n).build());
                }
                protected NDList forwardInternal(
                    ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
                  return w.forward(ps, in, training);
                }
                protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
                  w.initialize(m, t, s);
                }
                public Shape[] getOutputShapes(Shape[] s) {
                  return w.getOutputShapes(s);
                }
              }
              static final Map<String, Integer> SIZES = new LinkedHashMap<>();
              static final Function<Integer, Block> MAKER = Wrap::new;
              final List<Block> layers = new ArrayList<>();
              Net() {
                SIZES.put("user", 5);
                SIZES.put("item", 7);
                SIZES.put("hour", 9);
                SIZES.put("day", 11);
                SIZES.forEach((name, n) -> layers.add(addChildBlock(name, MAKER.apply(n))));
              }
              protected NDList forwardInternal(
                  ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
                NDList x = in;
                for (Block layer : layers) {
                  x = layer.forward(ps, x, training);
                }
                return x;
              }
              protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
                Shape[] at = s;
                for (Block layer : layers) {
                  layer.initialize(m, t, at);
                  at = layer.getOutputShapes(at);
                }
              }
              public Shape[] getOutputShapes(Shape[] s) {
                return s;
              }
            }
            """,
            2,
            4));
  }

  @Test
  void indicesMayBeChosenOrCounted() {
    assertEquals(
        """
        NDArray.eq (B, 12)
        NDArray.where (B, 12)
        NDArray.get (B, 12, 16)
        NDArray.get (5, 16)
        """,
        graph(
                """
                class Net extends AbstractBlock {
                  final Parameter words =
                      addParameter(
                          Parameter.builder()
                              .setName("words")
                              .setType(Parameter.Type.WEIGHT)
                              .optShape(new Shape(40, 16))
                              .build());
                  protected NDList forwardInternal(
                      ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
                    NDArray w = ps.getValue(words, in.head().getDevice(), training);
                    NDArray ids = NDArrays.where(in.head().eq(1), in.head(), in.head());
                    NDArray some = in.getManager().arange(0f, 9f, 2f);
                    return new NDList(w.get(ids), w.get(some));
                  }
                  public Shape[] getOutputShapes(Shape[] s) {
                    return s;
                  }
                }
                """,
                2,
                12)
            .replaceAll("(?m)^NDManager.*\\n", ""));
  }

  @Test
  void branchesGivenAsAList() {
    assertEquals(
        """
        01Linear Linear (B, 4)
        02Linear Linear (B, 4)
        NDArray.add (B, 4)
        """,
        graph(
            """
            class Net {
              static Block branches() {
                return new ParallelBlock(
                    parts -> new NDList(parts.get(0).head().add(parts.get(1).head())),
                    Collections.nCopies(2, Linear.builder().setUnits(4)).stream()
                        .map(builder -> (Block) builder.build())
                        .collect(Collectors.toList()));
              }
            }
            """,
            1,
            3));
  }

  private static final String ATTENTION =
      """
      class Net {
        static abstract class Base extends AbstractBlock {
          protected final Linear qkv;
          protected final int heads;

          Base(int width, int heads) {
            this.heads = heads;
            qkv = addChildBlock("qkv", Linear.builder().setUnits(3 * width).build());
          }

          @Override
          public void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            qkv.initialize(manager, type, shapes);
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }

        static final class Attention extends Base {
          private final int width;

          Attention(int width, int heads) {
            super(width, heads);
            this.width = width;
          }

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
            NDList parts = qkv.forward(ps, in, training).singletonOrThrow().split(3, -1);
            NDArray q = heads(parts.get(0)), k = heads(parts.get(1)), v = heads(parts.get(2));
            NDArray scores = q.matMul(k.swapAxes(-1, -2)).div(Math.sqrt(width / heads));
            NDArray mixed = scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3);
            Shape shape = mixed.getShape();
            return new NDList(mixed.reshape(shape.get(0), shape.get(1), width));
          }

          private NDArray heads(NDArray x) {
            return x.reshape(x.size(0), -1, heads, width / heads).transpose(0, 2, 1, 3);
          }
        }
      }
      """;

  @Test
  void inheritanceAndOwnForwardCode() {
    String made =
        ATTENTION.replace(
            "class Net {", "class Net { static Block block() { return new Attention(12, 3); }");
    String graph =
        models(made, 1, 10, 12).stream()
            .filter(m -> m.file().text(m.span()).contains("Block block()"))
            .flatMap(m -> m.nodes().stream())
            .map(
                n ->
                    n.operation().replace("ai.djl.nn.core.", "") + " " + n.outputs().get(0).shape())
            .collect(Collectors.joining("\n"));
    assertEquals(
        """
        Linear (B, 10, 36)
        NDArray.split (B, 10, 12)
        NDArray.reshape (B, 10, 3, 4)
        NDArray.transpose (B, 3, 10, 4)
        NDArray.reshape (B, 10, 3, 4)
        NDArray.transpose (B, 3, 10, 4)
        NDArray.reshape (B, 10, 3, 4)
        NDArray.transpose (B, 3, 10, 4)
        NDArray.swapAxes (B, 3, 4, 10)
        NDArray.matMul (B, 3, 10, 10)
        NDArray.div (B, 3, 10, 10)
        NDArray.softmax (B, 3, 10, 10)
        NDArray.matMul (B, 3, 10, 4)
        NDArray.transpose (B, 10, 3, 4)
        NDArray.reshape (B, 10, 12)""",
        graph);
  }

  @Test
  void whatTheConstructorIsGivenStaysAName() {
    ModelGraph model = models(ATTENTION, 1, 10, 12).get(0);
    assertEquals(List.of(), model.gaps());
    assertEquals("(B, 10, 3·width)", model.nodes().get(0).outputs().get(0).shape().toString());
    assertEquals("(B, heads, 10, width/heads)", shapeOf(model, "NDArray.transpose"));
    assertEquals("39·width", model.parameterCount().toString());
    assertEquals(468, model.parameterCount().value(Map.of("width", 12L)).orElseThrow());
  }

  private static String shapeOf(ModelGraph model, String operation) {
    return model.nodes().stream()
        .filter(n -> n.operation().equals(operation))
        .map(n -> n.outputs().get(0).shape().toString())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bothBranchesOfWhatIsNotKnownAreJoined() {
    assertEquals(
        """
        01Linear Linear (B, (8 or 6))
        """,
        graph(
            """
            class Net {
              static Block chain(boolean wide) {
                int units;
                if (wide) {
                  units = 8;
                } else {
                  units = 6;
                }
                return new SequentialBlock().add(Linear.builder().setUnits(units).build());
              }
            }
            """,
            1,
            3));
  }

  @Test
  void aSwitchAnEnumAndARecordAreOrdinaryCode() {
    assertEquals(
        """
        01Linear Linear (B, 9)
        02BatchNorm BatchNorm (B, 9)
        """,
        graph(
            """
            class Net {
              enum Norm { BATCH, NONE }

              record Layer(int units, Norm norm) {
                SequentialBlock made() {
                  SequentialBlock block = new SequentialBlock();
                  block.add(Linear.builder().setUnits(units()).build());
                  switch (norm) {
                    case BATCH:
                      block.add(BatchNorm.builder().build());
                      break;
                    default:
                  }
                  return block;
                }
              }

              static Block net() {
                return new Layer(9, Norm.BATCH).made();
              }
            }
            """,
            1,
            3));
  }

  @Test
  void whatThrowsIsANoteWithItsPlace() {
    ModelGraph model =
        models(
                """
                class Net {
                  static Block net() {
                    SequentialBlock net = new SequentialBlock();
                    return net.add(new LambdaBlock(x -> { throw new IllegalStateException(); }));
                  }
                }
                """,
                1,
                3)
            .get(0);
    assertEquals(1, model.gaps().size());
    assertEquals("throws IllegalStateException", model.gaps().get(0).why());
    assertTrue(model.file().text(model.gaps().get(0).span()).startsWith("throw new"));
  }

  @Test
  void coverageNamesWhatHasNoRule() {
    Coverage coverage =
        Reading.coverage(
            source(
                """
                class Net extends AbstractBlock {
                  private final Block layer = addChildBlock("l", Linear.builder().setUnits(2).build());

                  @Override
                  protected NDList forwardInternal(
                      ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
                    NDArray x = layer.forward(ps, in, training).head();
                    return new NDList(x.add(x.getGradient()));
                  }

                  @Override
                  public Shape[] getOutputShapes(Shape[] shapes) {
                    return shapes;
                  }
                }
                """));
    assertEquals(1, coverage.understood(Coverage.Kind.MODEL));
    assertEquals(1, coverage.understood(Coverage.Kind.LAYER));
    assertEquals(
        List.of("there is no rule for NDArray.getGradient"),
        coverage.items().stream().filter(i -> !i.understood()).map(Coverage.Item::why).toList());
  }
}
