package dev.geminijava.passes.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the compiler inserts is proven; what somebody breaks afterwards is found, at its place. */
class VerifierTest {

  private static final String NET =
      """
      import ai.djl.*;
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.core.*;
      import ai.djl.nn.norm.*;
      import ai.djl.training.*;
      import ai.djl.util.PairList;
      import java.util.*;
      IMPORTS
      class Net extends AbstractBlock {
        private final int n;
        private final Block up, down, drop;
        private final Random random = new Random();

        Net(int n) {
          this.n = n;
          up = addChildBlock("up", Linear.builder().setUnits(8 * n).build());
          drop = addChildBlock("drop", Dropout.builder().build());
          down = addChildBlock("down", Linear.builder().setUnits(8).build());
        }

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      BODY
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return shapes;
        }
      }
      """;

  private static final String RUNTIME =
      "import dev.geminijava.runtime.*; import dev.geminijava.runtime.train.*;";

  private static final String HEADS =
      """
      ShardGroup shards = Shards.group(n);
      NDArray x = Pipeline.cut(shards.column(up).forward(ps, in, training)).head();
      NDArray heads = x.reshape(-1, 4, shards.local(n), 8).softmax(-1);
      NDArray back = heads.reshape(-1, 4, shards.local(8 * n));
      return Pipeline.cut(shards.allReduce(shards.row(down).forward(ps, new NDList(back), training)));
      """;

  private static final String PAIR =
      """
      ShardGroup shards = Shards.group();
      NDList x = Pipeline.cut(shards.column(up).forward(ps, in, training));
      x = Pipeline.cut(shards.own(drop).forward(ps, x, training));
      return Pipeline.cut(shards.allReduce(shards.row(down).forward(ps, x, training)));
      """;

  private static final String GATHERED =
      """
      ShardGroup shards = Shards.group();
      return Pipeline.cut(shards.gather(shards.column(up).forward(ps, in, training)));
      """;

  private static Verifier verifier() {
    Compiler compiler = new Compiler(Rewriting.classPath(), Options.PROGRAM);
    return new Verifier(compiler.classPath(), compiler.passes(), compiler.rules());
  }

  private static SourceFile file(String body, String imports) {
    String text = NET.replace("IMPORTS", imports).replace("BODY\n", body.indent(4));
    return new SourceFile(Path.of("Net.java"), text);
  }

  /** What is found in a text with insertions, as {@code property: the text that it is about}. */
  private static List<String> found(String body) {
    return verifier().verifyTransformed(List.of(file(body, RUNTIME)), List.of()).failures().stream()
        .map(Verification.Failure::finding)
        .map(
            f ->
                f.property().label()
                    + ": "
                    + f.diagnostic().file().text(f.diagnostic().span()).replaceAll("\\s+", " "))
        .toList();
  }

  private static String messages(String body) {
    return verifier().verifyTransformed(List.of(file(body, RUNTIME)), List.of()).failures().stream()
        .map(f -> f.finding().diagnostic().message() + "; " + f.finding().diagnostic().cure())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void whatTheCompilerInsertsIsProvenAfterEachPass() {
    Verification verification =
        verifier()
            .verify(
                List.of(
                    file(
                        """
                        NDArray x = up.forward(ps, in, training).head();
                        NDArray heads = x.reshape(-1, 4, n, 8).softmax(-1);
                        NDArray back = heads.reshape(-1, 4, 8 * n);
                        return down.forward(ps, new NDList(back), training);
                        """,
                        "")));
    assertEquals(List.of(), verification.failures());
    assertEquals(
        List.of("wrap-models", "cut-stages", "read-models", "shard-layers", "fuse-loss"),
        List.copyOf(verification.tallies().keySet()));
    Tally last = verification.tallies().get("shard-layers");
    assertEquals(4, last.checked(Property.SPLITS));
    assertEquals(1, last.checked(Property.SUMS));
    assertEquals(1, last.checked(Property.DEGREE));
    assertEquals(1, last.checked(Property.MEETINGS));
    assertTrue(last.checked(Property.CUTS) > 0);
    // One result and three children, and what the graph says beyond that.
    assertTrue(last.checked(Property.SHAPES) > 4);
    assertTrue(last.checked(Property.ERASURE) > 0);
    assertEquals(0, verification.tallies().get("cut-stages").checked(Property.SPLITS));
  }

  @Test
  void textsThatWereTransformedByHandAreProven() {
    assertEquals(List.of(), found(HEADS));
    assertEquals(List.of(), found(PAIR));
    assertEquals(List.of(), found(GATHERED));
  }

  @Test
  void slicesThatNobodyPutsTogetherAreFound() {
    assertEquals(1, found(GATHERED.replace("shards.gather(", "(")).size());
    String wrong = GATHERED.replace("shards.gather(", "shards.allReduce(");
    assertTrue(found(wrong).size() > 0, messages(wrong));
  }

  @Test
  void aPartialSumThatNobodyAddsUpIsFound() {
    assertEquals(
        List.of("sums: shards.row(down).forward(ps, x, training)"),
        found(PAIR.replace("shards.allReduce(", "(")));
    assertTrue(
        messages(PAIR.replace("shards.allReduce(", "("))
            .startsWith("shards.allReduce(…) is missing: every rank has a summand of this;"));
  }

  @Test
  void aPartialSumThatIsAddedUpTwiceIsFound() {
    String twice =
        PAIR.replace("shards.allReduce(", "shards.allReduce(shards.allReduce(")
            .replace("training)));", "training))));");
    assertEquals(
        List.of("sums: down).forward(ps, x, training)"),
        found(twice).stream().map(f -> f.replace("shards.row(", "")).toList());
    assertTrue(messages(twice).contains("stands here twice"), messages(twice));
  }

  @Test
  void gatheringAPartialSumIsFound() {
    List<String> found = found(PAIR.replace("shards.allReduce(", "shards.gather("));
    assertEquals(2, found.size());
    assertTrue(found.stream().allMatch(f -> f.startsWith("sums: ")), found.toString());
  }

  @Test
  void columnAndRowAreNotTheSame() {
    assertTrue(
        found(PAIR.replace("column(up)", "row(up)")).stream()
            .anyMatch(f -> f.startsWith("splits")));
    assertTrue(
        found(PAIR.replace("row(down)", "column(down)")).stream()
            .anyMatch(f -> f.startsWith("splits")));
    assertTrue(
        found(PAIR.replace("shards.row(down)", "down")).stream()
            .anyMatch(f -> f.startsWith("splits")));
  }

  @Test
  void aRandomLayerOnASliceDrawsForItself() {
    assertEquals(List.of("splits: drop"), found(PAIR.replace("shards.own(drop)", "drop")));
  }

  @Test
  void aSizeThatDoesNotShrinkIsFound() {
    assertEquals(List.of("splits: n"), found(HEADS.replace("shards.local(n)", "n")));
    assertEquals(
        List.of("splits: 4"),
        found(HEADS.replaceFirst("4, shards.local\\(n\\)", "shards.local(4), shards.local(n)")));
  }

  @Test
  void aGroupThatForgetsASizeIsFound() {
    assertEquals(List.of("degree: "), found(HEADS.replace("Shards.group(n)", "Shards.group()")));
    assertTrue(
        messages(HEADS.replace("Shards.group(n)", "Shards.group(8 * n)"))
            .contains("n has to be divisible by the number of ranks, and Shards.group(8 * n)"));
  }

  @Test
  void aGroupThatAsksForMoreIsStillRight() {
    assertEquals(List.of(), found(HEADS.replace("Shards.group(n)", "Shards.group(n, 8 * n)")));
  }

  @Test
  void whatIsSplitTogetherBelongsToOneGroup() {
    String two =
        PAIR.replace("Shards.group();", "Shards.group(); ShardGroup other = Shards.group();")
            .replace("shards.row(down)", "other.row(down)");
    assertTrue(found(two).stream().anyMatch(f -> f.startsWith("degree")), found(two).toString());
  }

  @Test
  void anArrayIsSlicedAlongTheAxisThatIsSplit() {
    String sliced =
        HEADS.replace(
            ".softmax(-1)", ".add(shards.local(in.get(1).reshape(1, 4, n, 8), -2)).softmax(-1)");
    assertEquals(List.of(), found(sliced));
    assertTrue(
        found(sliced.replace(", -2)", ", -1)")).stream().allMatch(f -> f.startsWith("splits")));
    assertEquals(2, found(sliced.replace(", -2)", ", -1)")).size());
  }

  @Test
  void ranksThatMayTakeDifferentWaysAreFound() {
    String drawn =
        """
        if (random.nextBoolean()) {
          return in;
        }
        """
            + PAIR;
    assertEquals(List.of("meetings: random.nextBoolean()"), found(drawn));
    assertEquals(List.of(), found(drawn.replace("random.nextBoolean()", "training")));
    String kept =
        "boolean skip = random.nextInt(2) == 0;\n" + drawn.replace("random.nextBoolean()", "skip");
    assertEquals(List.of("meetings: skip"), found(kept));
  }

  @Test
  void aConditionThatIsTheSameOnEveryRankIsRight() {
    assertEquals(List.of(), found("if (in.size() > 1) {\n" + PAIR + "}\nreturn in;\n"));
  }

  @Test
  void memoryOfTheStageBeforeDoesNotFollowACut() {
    String raw =
        "java.nio.ByteBuffer memory = in.head().toByteBuffer();\n"
            + PAIR.replace("return ", "int size = memory.limit();\nreturn ");
    assertEquals(List.of("cuts: memory"), found(raw));
    assertEquals(
        List.of(),
        found(
            raw.replace("NDList x =", "int limit = memory.limit();\nNDList x =")
                .replace("int size = memory.limit();", "int size = limit;")));
  }

  @Test
  void aChildThatIsMadeOtherwiseIsFound() {
    SourceFile file =
        file(
            PAIR.replace(
                "ShardGroup shards = Shards.group();",
                "ShardGroup shards = Shards.group();\n"
                    + "Block more = addChildBlock(\"more\", shards.column(drop));\n"),
            RUNTIME);
    List<Property> found =
        verifier().verifyTransformed(List.of(file), List.of()).failures().stream()
            .map(f -> f.finding().property())
            .toList();
    assertTrue(found.contains(Property.SHAPES), found.toString());
  }

  @Test
  void anInsertionThatIsLostIsMissedByThePasses() {
    assertEquals(
        List.of("idempotence: shards.own(drop).forward(ps, x, training)"),
        found(
            PAIR.replace(
                "Pipeline.cut(shards.own(drop).forward(ps, x, training))",
                "shards.own(drop).forward(ps, x, training)")));
  }

  @Test
  void whatDoesNotCompileIsFound() {
    List<String> found = found(PAIR.replace("Shards.group()", "Shards.group(\"n\")"));
    assertTrue(found.get(0).startsWith("javac"), found.toString());
  }

  @Test
  void aChangedOriginalIsFound() {
    SourceFile original =
        file(
            """
            NDList x = up.forward(ps, in, training);
            x = drop.forward(ps, x, training);
            return down.forward(ps, x, training);
            """,
            "");
    Verification same =
        verifier().verifyTransformed(List.of(file(PAIR, RUNTIME)), List.of(original));
    assertEquals(List.of(), same.failures());
    Verification changed =
        verifier()
            .verifyTransformed(
                List.of(file(PAIR.replace("drop)", "up)"), RUNTIME)), List.of(original));
    assertEquals(Property.ERASURE, changed.failures().get(0).finding().property());
  }

  @Test
  void aLossThatGivesNoGradientsIsFound() {
    String loop =
        """
        import ai.djl.ndarray.*;
        import ai.djl.training.*;
        import dev.geminijava.runtime.Pipeline;

        class Loop {
          static void step(Trainer trainer, NDList data, NDList labels, NDArray extra) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
              NDList predictions = Pipeline.lossFollows(trainer).forward(data, labels);
              NDArray loss = trainer.getLoss().evaluate(labels, predictions);
              collector.backward(loss);
            }
          }
        }
        """;
    assertEquals(List.of(), properties(loop));
    assertEquals(
        List.of(Property.LOSS),
        properties(loop.replace("backward(loss)", "backward(loss.add(predictions.head().sum()))")));
  }

  private static List<Property> properties(String text) {
    SourceFile file = new SourceFile(Path.of("Loop.java"), text);
    return verifier().verifyTransformed(List.of(file), List.of()).failures().stream()
        .map(f -> f.finding().property())
        .toList();
  }
}
