package dev.geminijava.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} as a user sees it: a table, what does not hold, and an exit code. */
class VerifyTest {

  private static final String PAIR =
      """
      import ai.djl.ndarray.NDList;
      import ai.djl.ndarray.types.Shape;
      import ai.djl.nn.AbstractBlock;
      import ai.djl.nn.Block;
      import ai.djl.nn.core.Linear;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;

      public class Pair extends AbstractBlock {
        private final Block up = addChildBlock("up", Linear.builder().setUnits(4).build());
        private final Block down = addChildBlock("down", Linear.builder().setUnits(2).build());

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
          return down.forward(ps, up.forward(ps, in, training), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return shapes;
        }
      }
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("Pair.java"), PAIR);
  }

  @AfterEach
  void forgetSettings() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("gemini."));
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    return GeminiJava.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void aTableSaysWhatWasProvenAfterEachPass() {
    assertEquals(0, run("verify", file.toString()), out.toString() + err);
    List<String> lines = out.toString().lines().toList();
    assertTrue(lines.get(0).contains("erasure  javac  idempotence  splits"), out.toString());
    assertTrue(lines.get(1).startsWith("wrap-models"), out.toString());
    assertTrue(out.toString().endsWith("verified: everything that was looked at holds\n"));
  }

  @Test
  void aTransformedFileThatWasBrokenIsRejectedAtItsPlace() throws IOException {
    Path written = directory.resolve("written");
    assertEquals(0, run("transform", "--no-library", "-d", written.toString(), file.toString()));
    Path copy = written.resolve("Pair.java");
    assertEquals(0, run("verify", "--transformed", "--original", file.toString(), copy.toString()));
    String text = Files.readString(copy);
    Files.writeString(copy, text.replace("shards.allReduce(", "("));
    assertEquals(1, run("verify", "--transformed", copy.toString()));
    assertTrue(out.toString().contains("after transformed, sums:\n"), out.toString());
    assertTrue(out.toString().contains("Pair.java:"), out.toString());
    assertTrue(out.toString().contains("shards.allReduce(…) is missing"), out.toString());
    assertTrue(out.toString().contains("^~~~"), out.toString());
    assertTrue(out.toString().endsWith("NOT verified: 1 thing does not hold\n"), out.toString());
  }

  @Test
  void jsonSaysTheSame() throws IOException {
    assertEquals(0, run("verify", "--format=json", file.toString()));
    JsonObject right = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertTrue(right.get("holds").getAsBoolean());
    assertEquals(0, right.getAsJsonArray("failures").size());
    Files.writeString(
        file,
        PAIR.replace("down.forward", "dev.geminijava.runtime.Shards.group().row(down).forward"));
    assertEquals(1, run("verify", "--transformed", "--format=json", file.toString()));
    JsonObject wrong = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertFalse(wrong.get("holds").getAsBoolean());
    JsonObject failure = wrong.getAsJsonArray("failures").get(0).getAsJsonObject();
    assertEquals(16, failure.get("line").getAsInt(), out.toString());
    assertFalse(failure.get("cure").getAsString().isEmpty());
  }

  @Test
  void schedulesOfTheSettingsAreProven() {
    assertEquals(
        0,
        run(
            "verify",
            "--mode=pipeline",
            "--pipeline-degree=3",
            "--micro-batches=5",
            "--schedule=1f1b",
            file.toString()),
        err.toString());
    assertTrue(
        out.toString().contains("schedules: 1 complete, free of deadlock, and none holds more"),
        out.toString());
    assertTrue(out.toString().contains("memory: no limit is set"), out.toString());
  }

  /** 12 parameters of 4 bytes, their gradients and two moments of Adam are 192 bytes. */
  @Test
  void bytesAreProvenUnderALimit() throws IOException {
    Home.withSources(directory);
    Path program = directory.resolve("Train.java");
    Files.writeString(
        program,
        """
        import ai.djl.Model;
        import ai.djl.ndarray.types.Shape;
        import ai.djl.nn.SequentialBlock;
        import ai.djl.nn.core.Linear;
        import ai.djl.training.*;
        import ai.djl.training.loss.Loss;
        import ai.djl.training.optimizer.Adam;

        public class Train {
          public static void main(String[] args) {
            try (Model model = Model.newInstance("net")) {
              model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(4).build()));
              DefaultTrainingConfig config =
                  new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(Adam.builder().build());
              try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 2));
              }
            }
          }
        }
        """);
    String[] tight = {"verify", "--mode=none", "--device-memory=200", program.toString()};
    assertEquals(1, run(tight), out + "" + err);
    // 32 rows of 4 floats are 512 bytes of activations.
    assertTrue(
        out.toString().contains("stage 0 holds 704 B on each device (192 B parameters"),
        out.toString());
    assertTrue(out.toString().contains("--device-memory gives 200 B"), out.toString());
    assertTrue(
        out.toString().contains("note: SequentialBlock (Train.java:12): a batch of 32"),
        out.toString());
    tight[2] = "--device-memory=704";
    assertEquals(0, run(tight), out + "" + err);
    assertTrue(out.toString().contains("memory: 1 stage, at most 704 B"), out.toString());
    // One row more does not fit.
    assertEquals(1, run("verify", "--batch-size=33", tight[1], tight[2], tight[3]), out + "" + err);
    assertTrue(out.toString().contains("528 B activations of 1 micro-batch"), out.toString());
  }

  @Test
  void whatDoesNotCompileIsNotVerified() throws IOException {
    Files.writeString(file, PAIR.replace("return down", "return nowhere"));
    assertEquals(1, run("verify", file.toString()));
    assertTrue(err.toString().contains("1 error"), err.toString());
    assertEquals(2, run("verify", "--original", file.toString(), file.toString()));
  }
}
