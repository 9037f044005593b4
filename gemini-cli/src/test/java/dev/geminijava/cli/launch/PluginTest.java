package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** samples/plugin, built and used as its users would. */
class PluginTest {

  private static final Path SAMPLE = Path.of("../samples/plugin").toAbsolutePath().normalize();
  private static final String RUNNER = SAMPLE.resolve("GatedRunner.java").toString();
  private static final String SPLIT_BY_LAYER_RULE = "shards.row(down).forward(store, first";
  private static final String SPLIT_BY_OPERATION_RULE = "shards.row(out).forward(store,";

  @TempDir private Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void compileTheExtension() throws IOException {
    sandbox = new Sandbox(directory);
    List<String> javac = new ArrayList<>(List.of("-d", "gates"));
    javac.addAll(List.of("-cp", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(SAMPLE.resolve("extension"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = SAMPLE.resolve("extension").relativize(file).toString();
        if (name.endsWith(".java")) {
          javac.add(file.toString());
        } else {
          sandbox.file("gates/" + name, Files.readString(file));
        }
      }
    }
    Path compiler = Path.of(System.getProperty("java.home"), "bin", "javac");
    assertEquals(
        new Sandbox.Outcome(0, "", ""),
        sandbox.run(compiler.toString(), javac.toArray(String[]::new)));
  }

  @Test
  void thePassStandsInTheListAndInsertsItsCall() {
    String passes = sandbox.gemini("passes", "--plugin=gates").out();
    assertTrue(passes.contains("count-steps   counts the steps"), passes);
    Sandbox.Outcome diff = sandbox.gemini("diff", "--plugin=gates", RUNNER);
    assertTrue(diff.out().contains("+            Steps.count();"), diff.out() + diff.err());
    assertTrue(diff.out().contains("+import org.example.gates.Steps;"), diff.out());
  }

  @Test
  void theCheckFindsWhatAForwardPassPrints() {
    sandbox.file(
        "Loud.java",
        """
        import ai.djl.ndarray.NDList;
        import ai.djl.ndarray.types.Shape;
        import ai.djl.nn.AbstractBlock;
        import ai.djl.nn.Block;
        import ai.djl.nn.core.Linear;
        import ai.djl.training.ParameterStore;
        import ai.djl.util.PairList;

        public class Loud extends AbstractBlock {
          private final Block layer = addChildBlock("a", Linear.builder().setUnits(4).build());

          protected NDList forwardInternal(
              ParameterStore store, NDList in, boolean training, PairList<String, Object> p) {
            System.out.println(in.head().getShape());
            return layer.forward(store, in, training);
          }

          public Shape[] getOutputShapes(Shape[] inputs) {
            return layer.getOutputShapes(inputs);
          }
        }
        """);
    String loud = sandbox.gemini("lint", "--plugin=gates", "Loud.java").out();
    assertTrue(loud.contains("Loud.java:14:5: warning: this is printed once for every"), loud);
    assertTrue(loud.contains("[print-in-forward]"), loud);
    String page = sandbox.gemini("lint", "--plugin=gates", "--explain=print-in-forward").out();
    assertTrue(page.contains("A forward pass prints."), page);
    String clean = sandbox.gemini("lint", "--plugin=gates", RUNNER).out();
    assertFalse(clean.contains("print-in-forward"), clean);
  }

  @Test
  void whatThePassInsertsIsVerifiedWithTheRest() {
    Sandbox.Outcome verified = sandbox.gemini("verify", "--plugin=gates", RUNNER);
    assertEquals(0, verified.exit(), verified.out() + verified.err());
    assertTrue(verified.out().contains("count-steps"), verified.out());
  }

  @Test
  void withoutItsRulesWhatIsBehindTheLibraryStaysWhole() {
    String diff = sandbox.gemini("diff", "-cp", "gates", RUNNER).out();
    assertTrue(diff.contains("GeminiModel.of("), diff);
    assertFalse(diff.contains("shards.column(up)"), diff);
    assertFalse(diff.contains("shards.row(out)"), diff);
  }

  @Test
  void theRulesCarryASplitThroughTheLibrarysLayerAndMethod() {
    String diff = sandbox.gemini("diff", "--plugin=gates", RUNNER).out();
    assertTrue(diff.contains(SPLIT_BY_LAYER_RULE), diff);
    assertTrue(diff.contains(SPLIT_BY_OPERATION_RULE), diff);
  }

  @Test
  void aRuleFileDoesTheSameWithoutJava() {
    String diff =
        sandbox.gemini("diff", "-cp", "gates", "--plugin=" + SAMPLE + "/gates.yaml", RUNNER).out();
    assertTrue(diff.contains(SPLIT_BY_LAYER_RULE), diff);
    assertTrue(diff.contains(SPLIT_BY_OPERATION_RULE), diff);
    assertFalse(diff.contains("Steps"), diff);
  }

  @Test
  void planAndLintWeighWhatTheRulesSplit() {
    String plan = sandbox.gemini("plan", "--mode=sharding", "--plugin=gates", RUNNER).out();
    assertTrue(plan.contains("Gated (GatedRunner.java:59): 1 stage x 2 ranks"), plan);
    assertTrue(plan.matches("(?s).*up Linear [^\\n]* column .*down Linear [^\\n]* row .*"), plan);
    String without = sandbox.gemini("plan", "--mode=sharding", "-cp", "gates", RUNNER).out();
    assertTrue(without.matches("(?s).*up Linear [^\\n]* whole .*"), without);
    String slow = "wide, out: splitting over 2 ranks is predicted to be";
    String[] lint = {"lint", "--sharding-size=2", "--plugin=gates", RUNNER};
    assertTrue(sandbox.gemini(lint).out().contains(slow), sandbox.gemini(lint).out());
    lint[2] = "-cp=gates";
    assertFalse(sandbox.gemini(lint).out().contains(slow), sandbox.gemini(lint).out());
  }

  @Test
  void theRulesSayWhatShapeComesOutOfTheLibrary() {
    String graph = sandbox.gemini("dump-graph", "--plugin=gates", RUNNER).out();
    assertTrue(graph.matches("(?s).*gates.HardSwish +1 +\\(B, 64\\).*"), graph);
    assertTrue(graph.matches("(?s).*Gates.hardSwish +4 +\\(B, 64\\).*"), graph);
    assertTrue(graph.contains("parameters: 1,481\n"), graph);
    String coverage = sandbox.gemini("coverage", "--plugin=gates", RUNNER).out();
    assertTrue(coverage.contains("layer constructions 6/6"), coverage);
    String without = sandbox.gemini("coverage", "-cp", "gates", RUNNER).out();
    assertTrue(without.contains("layer constructions 5/6"), without);
  }

  @Test
  void theProgramLearnsTheSameAndItsStepsAreCounted() {
    Sandbox.Outcome plain = sandbox.gemini("--mode=none", "-cp", "gates", RUNNER);
    Sandbox.Outcome split =
        sandbox.gemini("--mode=sharding", "--sharding-size=2", "--plugin=gates", RUNNER);
    assertEquals(0, plain.exit(), plain.err());
    assertEquals(plain.out(), split.out(), split.err());
    assertTrue(split.err().contains("step 40"), split.err());
    assertTrue(split.err().contains("99% of 1,481 parameters split"), split.err());
  }

  @Test
  void plugInsThatCannotBeUsedAreRefusedWithTheReason() {
    assertRefused("nowhere.jar", "takes jars and rule files");
    sandbox.file("r.yaml", "operations:\n  a.B:\n    f: ...i\n");
    assertRefused("r.yaml", "r.yaml:3: no factors: ...i. Factors are written as");
    sandbox.file("r.yaml", "layers:\n  a.B: linear\n");
    assertRefused("r.yaml", "r.yaml:2: linear is no kind of layer. Write 'pointwise'");
    sandbox.file("r.yaml", "layer:\n  a.B: whole\n");
    assertRefused("r.yaml", "r.yaml:1: layer is no section.");
    sandbox.file("r.yaml", "layers:\n  ai.djl.nn.core.Linear: whole\n");
    assertRefused("r.yaml", "two rules for ai.djl.nn.core.Linear");
    sandbox.file("bad/META-INF/services/dev.geminijava.passes.pass.Pass", "a.Missing\n");
    assertRefused("bad", "a.Missing not found");
  }

  private void assertRefused(String plugin, String message) {
    Sandbox.Outcome outcome = sandbox.gemini("diff", "--plugin=" + plugin, RUNNER);
    assertEquals(2, outcome.exit(), outcome.err());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }
}
