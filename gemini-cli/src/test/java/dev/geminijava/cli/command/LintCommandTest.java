package dev.geminijava.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {

  /** Two warnings that can be mended, one that cannot, and one note. */
  private static final String NET =
      """
      package net;

      import ai.djl.ndarray.NDArray;
      import ai.djl.ndarray.NDList;
      import ai.djl.nn.Block;
      import ai.djl.nn.LambdaBlock;
      import ai.djl.nn.norm.BatchNorm;

      class Net {
        private int calls;

        Block block() {
          return new LambdaBlock(
              inputs -> {
                calls++;
                NDArray x = inputs.singletonOrThrow();
                x.muli(2);
                return new NDList(x.reshape(32, 28));
              });
        }

        Block norm = BatchNorm.builder().build();
      }
      """;

  @TempDir private Path directory;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("src/net/Net.java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, NET);
  }

  @AfterEach
  void forgetSettings() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("gemini."));
  }

  private int run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "lint";
    System.arraycopy(args, 0, all, 1, args.length);
    out = new StringWriter();
    err = new StringWriter();
    return GeminiJava.run(all, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String path(String below) {
    return directory.resolve(below).toString();
  }

  @Test
  void aPersonSeesPlaceLineCaretCureAndHowMany() {
    assertEquals(1, run(path("src")));
    assertTrue(
        out.toString()
            .contains(
                """
                Net.java:18:39: warning: the first axis is fixed to 32, but a micro-batch has fewer samples [batch-in-reshape]
                          return new NDList(x.reshape(32, 28));
                                                      ^~
                cure: write -1, or take the size from the array: x.getShape().get(0)
                """),
        out.toString());
    assertTrue(
        out.toString().endsWith("3 warnings, 1 note in 1 file; --fix mends 2\n"), out.toString());
  }

  @Test
  void aCleanFolderIsZeroAndTheThresholdDecides() throws IOException {
    assertEquals(1, run("--fail-on=note", path("src")));
    assertEquals(0, run("--fail-on=error", path("src")));
    assertEquals(0, run("--fail-on=never", path("src")));
    Files.writeString(file, "package net;\nclass Net {}\n");
    assertEquals(0, run("--fail-on=note", path("src")));
    assertEquals("nothing found in 1 file\n", out.toString());
  }

  @Test
  void severitiesComeFromTheCommandLineAndFromYaml() throws IOException {
    String[] off = {"--severity", "state-in-forward=off", "--severity", "batch-norm=error"};
    assertEquals(1, run(off[0], off[1], off[2], off[3], path("src")));
    assertTrue(out.toString().contains("error: normalises"), out.toString());
    assertFalse(out.toString().contains("state-in-forward"), out.toString());
    Files.writeString(
        directory.resolve("gemini.yaml"),
        """
        pipeline-degree: 2
        lint:
          fail-on: error
          severity:
            in-place-activation: note
            batch-in-reshape: off
        """);
    assertEquals(0, run(path("src")));
    assertTrue(out.toString().contains("note: x came in"), out.toString());
    assertTrue(out.toString().contains("and 2 stages of a pipeline"), out.toString());
    assertFalse(out.toString().contains("batch-in-reshape"), out.toString());
    assertEquals(1, run("--fail-on=warning", path("src")));
  }

  @Test
  void whatIsMeantOtherwiseIsRefusedWithACure() throws IOException {
    assertEquals(2, run("--severity", "batchnorm=off", path("src")));
    assertTrue(err.toString().contains("Did you mean batch-norm?"), err.toString());
    assertEquals(2, run("--severity", "batch-norm=loud", path("src")));
    assertTrue(err.toString().contains("error, warning, note or off"), err.toString());
    assertEquals(2, run(path("nowhere")));
    assertTrue(err.toString().contains("there is no "), err.toString());
    assertEquals(2, run());
    assertEquals(2, run("--sharding-size=0", path("src")));
    assertEquals(2, run("--write-baseline", path("src")));
    assertEquals(2, run("--baseline=" + path("none.json"), path("src")));
    Files.writeString(directory.resolve("gemini.yaml"), "lint:\n  colour: red\n");
    assertEquals(2, run(path("src")));
    assertTrue(err.toString().contains("gemini.yaml:2: colour"), err.toString());
  }

  @Test
  void aFileThatDoesNotCompileIsSaidToAndTheOthersAreLookedAt() throws IOException {
    Files.writeString(
        directory.resolve("src/net/Broken.java"), "package net;\nclass Broken { int x = \"\"; }\n");
    assertEquals(1, run("--fail-on=error", path("src")));
    assertTrue(
        out.toString().contains("Broken.java:2:24: error: does not compile"), out.toString());
    assertTrue(out.toString().contains("[batch-in-reshape]"), out.toString());
  }

  @Test
  void fixMendsSaysSoAndHasNothingToDoTheSecondTime() throws IOException {
    assertEquals(1, run("--fix", path("src")));
    String fixed = Files.readString(file);
    assertEquals(
        NET.replace("x.muli(2)", "x = x.mul(2)").replace("reshape(32, 28)", "reshape(-1, 28)"),
        fixed);
    assertTrue(
        out.toString().contains("Net.java:17:13: fixed: make a new array instead of changing x"),
        out.toString());
    assertTrue(out.toString().endsWith("1 warning, 1 note in 1 file\n"), out.toString());
    run("--fix", path("src"));
    assertFalse(out.toString().contains("fixed:"), out.toString());
    assertEquals(fixed, Files.readString(file));
  }

  @Test
  void theBaselineKnowsAFindingWhereverItMoves() throws IOException {
    String baseline = path("known.json");
    assertEquals(0, run("--baseline=" + baseline, "--write-baseline", path("src")));
    assertEquals(0, run("--baseline=" + baseline, "--fail-on=note", path("src")));
    assertTrue(out.toString().contains("4 more in the baseline"), out.toString());
    Files.writeString(file, NET.replace("class Net {", "/** Moved. */\nclass Net {\n"));
    assertEquals(0, run("--baseline=" + baseline, "--fail-on=note", path("src")));
    Files.writeString(
        file, NET.replace("return new NDList", "x.addi(1);\n          return new NDList"));
    assertEquals(1, run("--baseline=" + baseline, path("src")));
    assertTrue(out.toString().contains("addi"), out.toString());
    assertTrue(out.toString().startsWith(file.toString()), out.toString());
  }

  @Test
  void sarifFollowsTheStandard() throws IOException {
    Path sarif = directory.resolve("report.sarif");
    assertEquals(1, run("--format=sarif", "--output=" + sarif, path("src")));
    String report = Files.readString(sarif);
    JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);
    try (InputStream schema = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      JsonSchema standard = factory.getSchema(schema);
      Set<ValidationMessage> faults = standard.validate(report, InputFormat.JSON);
      assertEquals(Set.of(), faults);
      String broken = report.replace("\"ruleId\"", "\"rule\"").replace("\"text\"", "\"words\"");
      assertFalse(standard.validate(broken, InputFormat.JSON).isEmpty(), "the schema is in use");
    }
    JsonObject run =
        JsonParser.parseString(report)
            .getAsJsonObject()
            .getAsJsonArray("runs")
            .get(0)
            .getAsJsonObject();
    JsonArray rules = run.getAsJsonObject("tool").getAsJsonObject("driver").getAsJsonArray("rules");
    for (var result : run.getAsJsonArray("results")) {
      JsonObject rule =
          rules.get(result.getAsJsonObject().get("ruleIndex").getAsInt()).getAsJsonObject();
      assertEquals(rule.get("id"), result.getAsJsonObject().get("ruleId"));
    }
    assertEquals(4, run.getAsJsonArray("results").size());
  }

  @Test
  void jsonHasWhatAScriptNeeds() {
    assertEquals(1, run("--format=json", path("src")));
    JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
    assertEquals(3, report.getAsJsonObject("summary").get("warnings").getAsInt());
    JsonObject first = report.getAsJsonArray("findings").get(0).getAsJsonObject();
    assertEquals("state-in-forward", first.get("code").getAsString());
    assertEquals(15, first.getAsJsonObject("start").get("line").getAsInt());
    assertTrue(first.get("fix").isJsonNull());
  }

  @Test
  void annotationsAreWorkflowCommandsWithNothingLeftUnescaped() {
    assertEquals(1, run("--format=github", path("src")));
    assertTrue(
        out.toString()
            .contains(
                ",line=18,endLine=18,col=39,endColumn=41,title=gemini-java%3A batch-in-reshape::the"
                    + " first axis is fixed to 32, but a micro-batch has fewer samples%0Acure: "),
        out.toString());
    assertEquals(5, out.toString().lines().count(), out.toString());
  }

  @Test
  void gitlabGetsItsList() {
    assertEquals(1, run("--format=gitlab", path("src")));
    JsonArray list = JsonParser.parseString(out.toString()).getAsJsonArray();
    assertEquals(4, list.size());
    JsonObject first = list.get(0).getAsJsonObject();
    assertEquals("major", first.get("severity").getAsString());
    assertEquals(
        15, first.getAsJsonObject("location").getAsJsonObject("lines").get("begin").getAsInt());
  }

  @Test
  void otherSourceRootsAndBuiltClassesAreUsedNotLookedAt() throws IOException {
    String user = "package app;\nclass User { lib.Made made; lib.Built built; }\n";
    Path app = Files.createDirectories(directory.resolve("app/app"));
    Files.writeString(app.resolve("User.java"), user);
    assertEquals(1, run("--fail-on=error", path("app")));
    Path lib = Files.createDirectories(directory.resolve("lib/lib"));
    Files.writeString(lib.resolve("Made.java"), "package lib;\npublic class Made {}\n");
    Path built = Files.createDirectories(directory.resolve("built/lib"));
    Path source =
        Files.writeString(directory.resolve("Built.java"), "package lib;\npublic class Built {}\n");
    ToolProvider.getSystemJavaCompiler()
        .run(null, null, null, "-d", path("built"), source.toString());
    assertTrue(Files.exists(built.resolve("Built.class")));
    assertEquals(
        0, run("--source-path=" + path("lib"), path("app"), path("built")), out.toString());
    assertEquals("nothing found in 1 file\n", out.toString());
  }

  @Test
  void aJarOfSourcesIsLookedAt() throws IOException {
    Path jar = directory.resolve("net-sources.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("net/Net.java"));
      zip.write(NET.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertEquals(1, run(jar.toString()));
    assertTrue(out.toString().contains("net-sources.jar!/net/Net.java:18:39"), out.toString());
  }

  @Test
  void programsWithoutAPackageMayShareNames() throws IOException {
    Path scripts = Files.createDirectories(directory.resolve("scripts"));
    for (String name : new String[] {"One", "Two"}) {
      Files.writeString(
          scripts.resolve(name + ".java"), "class " + name + " { Net net; }\nclass Net {}\n");
    }
    assertEquals(0, run(scripts.toString()), out.toString());
    assertEquals("nothing found in 2 files\n", out.toString());
  }

  @Test
  void nothingOfTheCodeIsRunNorAnyProcessor() throws IOException {
    Files.writeString(
        file,
        """
        package net;
        class Net {
          static { java.nio.file.Path.of("%s").toFile().mkdir(); }
          static final int LOADED = Integer.parseInt("no number");
        }
        """
            .formatted(path("loaded").replace("\\", "/")));
    assertEquals(0, run(path("src")));
    assertFalse(Files.exists(directory.resolve("loaded")));
  }

  @Test
  void codesAreListedAndExplained() {
    assertEquals(0, run("--list"));
    assertTrue(out.toString().contains("batch-in-reshape"), out.toString());
    assertEquals(0, run("--explain", "batch-in-reshape"));
    assertTrue(out.toString().startsWith("# batch-in-reshape: "), out.toString());
    assertEquals(2, run("--explain", "nothing"));
  }
}
