package dev.geminijava.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.geminijava.runtime.device.Inventory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeminiJavaTest {

  private static final String TWO_LAYERS =
      """
      package net;

      import ai.djl.Model;
      import ai.djl.ndarray.NDList;
      import ai.djl.ndarray.types.Shape;
      import ai.djl.nn.AbstractBlock;
      import ai.djl.nn.Block;
      import ai.djl.nn.core.Linear;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;

      public class TwoLayers extends AbstractBlock {
        private final Block first = addChildBlock("first", Linear.builder().setUnits(4).build());
        private final Block second = addChildBlock("second", Linear.builder().setUnits(2).build());

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
          NDList hidden = first.forward(ps, in, training);
          return second.forward(ps, hidden, training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return second.getOutputShapes(first.getOutputShapes(shapes));
        }

        public static void main(String[] args) {
          Model model = Model.newInstance("two");
          model.setBlock(new TwoLayers());
        }
      }
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(directory.resolve("net"));
    file = Files.writeString(directory.resolve("net/TwoLayers.java"), TWO_LAYERS);
  }

  @AfterEach
  void forgetSettings() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("gemini."));
  }

  private int run(String... args) {
    return GeminiJava.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String ran(String... args) {
    assertEquals(0, run(args), err.toString());
    return out.toString();
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : GeminiJava.commandLine().getSubcommands().keySet()) {
      assertTrue(ran(command, "-h").contains("Usage: gemini-java " + command), command);
    }
    assertTrue(ran("--version").contains("gemini-java "));
  }

  @Test
  void misuseIsTwoLinesAndCodeTwo() {
    assertEquals(2, run("plan", "--pipline-degree=2", "x"));
    assertTrue(err.toString().startsWith("gemini-java: Unknown option: '--pipline-degree=2'"));
    assertTrue(err.toString().endsWith("'gemini-java plan --help' shows the options.\n"));
    assertEquals(2, run("plan", "nowhere.java"));
    assertTrue(err.toString().contains("there is no file nowhere.java"));
  }

  @Test
  void planSaysWhereStagesMayEndAndHowTheyWork() throws IOException {
    Home.withSources(directory);
    String plan = ran("plan", "--pipeline-degree=2", "--micro-batches=3", file.toString());
    assertTrue(plan.contains("first"), plan);
    assertTrue(plan.contains("1f1b (2 stages, 3 micro-batches)"), plan);
    assertTrue(plan.contains("predicted"), plan);
  }

  @Test
  void aPlanIsWrittenEditedAndTakenBack() throws IOException {
    Home.withSources(directory);
    Path plan = directory.resolve("my.plan");
    ran(
        ("plan --mode=pipeline --pipeline-degree=2 --precision=bf16 -o " + plan + " " + file)
            .split(" "));
    String text = Files.readString(plan);
    assertTrue(text.contains("precision=bf16\n"), text);
    assertTrue(text.contains("mode=pipeline\n"), text);
    assertTrue(text.contains("micro-batches=8\n"), text);
    assertTrue(text.contains("0 after 01first\n"), text);

    Files.writeString(
        plan,
        text.replace("micro-batches=8", "micro-batches=4")
            .replaceAll("# boundaries=.*", "boundaries=0"));
    forgetSettings();
    Home.withSources(directory);
    String again = ran("plan", "--plan=" + plan, file.toString());
    assertTrue(again.contains("1f1b (2 stages, 4 micro-batches)"), again);

    Files.writeString(plan, text + "stages=3\n");
    forgetSettings();
    assertEquals(2, run("plan", "--plan=" + plan, file.toString()));
    int line = text.split("\n").length + 1;
    String said = err.toString();
    assertTrue(said.contains("my.plan:" + line + ": unknown key `stages`: use one of mode,"), said);
  }

  @Test
  void theProgramsArgumentsChooseTheModelThatIsPlanned() throws IOException {
    Home.withSources(directory);
    Path file =
        Files.writeString(
            directory.resolve("Sized.java"),
            """
            import ai.djl.Model;
            import ai.djl.ndarray.types.Shape;
            import ai.djl.nn.SequentialBlock;
            import ai.djl.nn.core.Linear;
            import ai.djl.training.Trainer;
            import ai.djl.training.DefaultTrainingConfig;
            import ai.djl.training.loss.Loss;
            import java.nio.file.*;
            import java.util.*;

            class Sized {
              public static void main(String[] args) throws Exception {
                String size = args.length > 0 ? args[0] : "small";
                int layers = Integer.parseInt(args[1]);
                int units =
                    switch (size) {
                      case "small" -> 8;
                      case "middle" -> 16;
                      case "large" -> 64;
                      default -> throw new IllegalArgumentException(size);
                    };
                Map<String, Integer> words = new HashMap<>();
                Files.lines(Path.of(args[2])).forEach(word -> words.put(word, words.size()));
                SequentialBlock net = new SequentialBlock();
                for (int i = 0; i < layers; i++) {
                  net.add(Linear.builder().setUnits(units).build());
                }
                net.add(Linear.builder().setUnits(words.size()).build());
                try (Model model = Model.newInstance("sized")) {
                  model.setBlock(net);
                  Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()));
                  trainer.initialize(new Shape(1, 4));
                }
              }
            }
            """);
    String open = ran("plan", file.toString());
    assertTrue(open.contains("not known: ((8 or 16) or 64)"), open);
    assertTrue(open.contains("64 is assumed: the program's arguments behind -- decide"), open);

    String large = ran("dump-graph", file.toString(), "--", "large", "3", "words.txt");
    int weights = 4 * 64 + 64 + 2 * (64 * 64 + 64);
    assertTrue(large.contains("parameters: " + weights + " + 65·words.size()"), large);
    String small = ran("dump-graph", file.toString(), "--", "small", "1", "words.txt");
    assertTrue(small.contains("parameters: 40 + 9·words.size()"), small);

    String assumed = ran("plan", file.toString(), "--", "small", "1", "words.txt");
    int line = 23;
    assertTrue(
        assumed.contains(
            "note: not known: words.size() (Sized.java:"
                + line
                + "); 1000 is assumed: --size='words.size()=N' sets another"),
        assumed);
    assertTrue(assumed.contains(" 9,000 "), assumed);
    String said =
        ran("plan", "--size=words.size()=2000", file.toString(), "--", "small", "1", "words.txt");
    assertTrue(said.contains(" 18,000 "), said);
    assertFalse(said.substring(assumed.length()).contains("not known"), said);

    assertEquals(2, run("plan", "--", "-nowhere.java"), "without files before it: files");
    assertTrue(err.toString().contains("there is no file -nowhere.java"), err.toString());
  }

  @Test
  void boundariesThatAreNoPlacesToCutAreRefusedWithThosePossible() throws IOException {
    Home.withSources(directory);
    assertEquals(2, run("plan", "--boundaries=7", file.toString()));
    assertTrue(err.toString().contains("between 0 and 1"), err.toString());
  }

  @Test
  void aPlanIsJsonForProgramsAndAPageForPeople() throws IOException {
    Home.withSources(directory);
    Path file =
        Files.writeString(
            directory.resolve("Chain.java"),
            """
            import ai.djl.nn.SequentialBlock;
            import ai.djl.nn.core.Linear;

            class Chain {
              static SequentialBlock network() {
                return new SequentialBlock()
                    .add(Linear.builder().setUnits(4).build())
                    .add(Linear.builder().setUnits(2).build());
              }
            }
            """);
    String[] degrees = {"--mode=pipeline", "--pipeline-degree=2", "--input-shape=16x8"};
    String json = ran("plan", "--format=json", degrees[0], degrees[1], degrees[2], file.toString());
    JsonObject model =
        JsonParser.parseString(json)
            .getAsJsonObject()
            .getAsJsonArray("models")
            .get(0)
            .getAsJsonObject();
    assertEquals(16, model.get("batch").getAsInt());
    assertEquals(2, model.getAsJsonArray("stages").size());
    long parameters = 0;
    for (var layer : model.getAsJsonArray("layers")) {
      parameters += layer.getAsJsonObject().get("parameters").getAsLong();
    }
    assertEquals((8 * 4 + 4) + (4 * 2 + 2), parameters);

    Path page = directory.resolve("plan.html");
    forgetSettings();
    Home.withSources(directory);
    ran("plan", "--format=html", "-o", page.toString(), degrees[0], degrees[1], file.toString());
    String html = Files.readString(page);
    assertTrue(html.startsWith("<!DOCTYPE html>"), html);
    assertTrue(html.contains("\"model\""), "the data are inside");
  }

  @Test
  void aTraceThatIsNotThereIsSaid() {
    String trace = "--trace=" + directory.resolve("t.json");
    assertEquals(2, run("plan", trace, file.toString()));
    assertTrue(err.toString().contains("there is no trace"), err.toString());
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertEquals(2, run("plan", "--mode=pipeline", "--sharding-size=2", file.toString()));
    assertTrue(err.toString().contains("sharding"), err.toString());
  }

  @Test
  void whatDoesNotCompileIsShown() throws IOException {
    Files.writeString(file, "class A { int x = ; }");
    assertEquals(1, run("diff", file.toString()));
    assertTrue(err.toString().contains("TwoLayers.java:1:19: error: illegal start of expression"));
    assertTrue(err.toString().endsWith("1 error\n"), err.toString());
  }

  @Test
  void diffShowsTheInsertions() {
    String diff = ran("diff", "--keep-lines", file.toString());
    assertTrue(diff.contains("\n-    NDList hidden = first.forward(ps, in, training);\n"), diff);
    assertTrue(diff.contains("NDList hidden = Pipeline.cut("), diff);
  }

  @Test
  void transformWritesAProgramThatJavacTakes() throws IOException {
    Path written = directory.resolve("written");
    String output = ran("transform", "-d", written.toString(), file.toString());
    Path target = written.resolve("net/TwoLayers.java");
    assertTrue(output.contains(target.toString()), output);
    assertTrue(Files.readString(target).contains("Pipeline.cut("));
    Path classes = Files.createDirectories(directory.resolve("classes"));
    StringWriter messages = new StringWriter();
    var javac = ToolProvider.getSystemJavaCompiler();
    try (var files = javac.getStandardFileManager(null, null, null);
        Stream<Path> sources = Files.walk(written)) {
      List<Path> all = sources.filter(path -> path.toString().endsWith(".java")).toList();
      boolean ok =
          javac
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(all))
              .call();
      assertTrue(ok, messages.toString());
    }
  }

  @Test
  void transformNeverWritesOverTheOriginal() throws IOException {
    assertEquals(2, run("transform", "-d", directory.toString(), file.toString()));
    assertEquals(TWO_LAYERS, Files.readString(file));
  }

  @Test
  void whatCannotBeWrittenIsNoFaultOfOurs() {
    assertEquals(2, run("transform", "-d", "/dev/null/x", file.toString()));
    assertTrue(err.toString().startsWith("gemini-java: cannot use /dev/null"), err.toString());
  }

  @Test
  void dumpAst() {
    String tree = ran("dump-ast", file.toString());
    assertTrue(tree.contains("  class TwoLayers  12:1\n"), tree);
    assertTrue(tree.contains("identifier ai.djl.Model") || tree.contains("ai.djl.Model"), tree);
    String dot = ran("dump-ast", "--format=dot", file.toString());
    assertTrue(dot.contains("digraph ast {"), dot);
  }

  /** The tool has DJL's sources beside it; a build has them where it made the overlay. */
  @Test
  void dumpGraphShowsWhatAModelComputes() throws IOException {
    Home.withSources(directory);
    Path chain =
        Files.writeString(
            directory.resolve("Chain.java"),
            """
            import ai.djl.nn.*;
            import ai.djl.nn.core.Linear;

            class Chain {
              static Block network() {
                SequentialBlock chain = new SequentialBlock();
                for (int units : new int[] {4, 2}) {
                  chain.add(Linear.builder().setUnits(units).build());
                }
                return chain;
              }
            }
            """);
    assertEquals(
        """
        SequentialBlock, made at Chain.java:5

        tensor  block     operation  takes  shape   parameters  FLOPs
        0                 input             (B, 3)
        1       01Linear  Linear     0      (B, 4)  16          24·B
        2       02Linear  Linear     1      (B, 2)  10          16·B

        result: 2
        parameters: 26
        FLOPs of one forward pass: 40·B
        bytes of activations: 24·B
        """,
        ran("dump-graph", "--input-shape=1x3", chain.toString())
            .replace(chain.toString(), "Chain.java"));
    assertTrue(ran("dump-graph", "--format=dot", chain.toString()).contains("digraph model {"));
  }

  /** This machine builds and tests, so what the CPU needs is there. */
  @Test
  void doctorChecksTheWholeChain() {
    String table = ran("doctor");
    for (String good : List.of("JDK", "DJL", "libtorch", "DJL's JNI")) {
      assertTrue(
          table.lines().anyMatch(line -> line.matches(good + " +ok  .*")), good + " in\n" + table);
    }
    for (String part : List.of("NVIDIA driver", "JCuda", "libtorch with CUDA", "Graphviz", "MPI")) {
      assertTrue(table.lines().anyMatch(line -> line.matches(part + " +(ok|none)  .+")), table);
    }
    boolean gpus = !Inventory.detect().gpus().isEmpty();
    boolean cuda = table.contains("with CUDA 1");
    int code =
        GeminiJava.run(
            new String[] {"doctor", "--gpu"},
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()));
    assertEquals(gpus && cuda ? 0 : 1, code);
  }

  @Test
  void passesAndDevicesAndCompletion() {
    assertTrue(ran("passes").startsWith("wrap-models"));
    assertTrue(ran("devices", "--format=json").contains("\"cores\""));
    assertTrue(ran("completion", "bash").contains("complete -F _complete_gemini-java"));
    assertTrue(ran("completion", "zsh").contains("bashcompinit"));
  }
}
