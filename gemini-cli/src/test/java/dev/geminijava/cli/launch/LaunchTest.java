package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does beyond {@code java}: several files, settings, kept results. */
@Tag("slow")
class LaunchTest {

  private static final String HELLO =
      """
      public class Hello {
        public static void main(String[] args) {
          System.out.println("hello" + System.getProperty("gemini.mode")
              + System.getProperty("gemini.sharding-size"));
        }
      }
      """;

  @TempDir private Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws IOException {
    sandbox = new Sandbox(directory);
  }

  @Test
  void siblingsAreCompiledWhereTheyAreMentioned() {
    sandbox.file(
        "a/Main.java",
        "package a; import a.b.*; class Main { public static void main("
            + "String[] s) { System.out.println(new Helper().f() + Far.N + a.c.Other.M); } }");
    sandbox.file("a/Helper.java", "package a; class Helper { int f() { return a.b.Far.N; } }");
    sandbox.file("a/b/Far.java", "package a.b; public class Far { public static int N = 2; }");
    sandbox.file("a/c/Other.java", "package a.c; public class Other { public static int M = 3; }");
    sandbox.file("a/Broken.java", "package a; class Broken {");
    assertEquals(new Sandbox.Outcome(0, "7\n", ""), sandbox.gemini("a/Main.java"));
  }

  @Test
  void anErrorInASiblingIsShownThere() {
    sandbox.file("Main.java", "class Main { public static void main(String[] a) { new Two(); } }");
    sandbox.file("Two.java", "class Two {\n  int x = \"\";\n}\n");
    Sandbox.Outcome outcome = sandbox.gemini("Main.java");
    assertEquals(1, outcome.exit());
    assertTrue(outcome.err().startsWith("Two.java:2: error: incompatible types"), outcome.err());
    assertTrue(outcome.err().endsWith("1 error\nerror: compilation failed\n"), outcome.err());
  }

  @Test
  void framesOfTheLauncherAreInNoTrace() {
    sandbox.file(
        "Main.java",
        "class Main { public static void main(String[] a) {\n"
            + "  Error e = new Error(\"x\", new RuntimeException(\"cause\"));\n"
            + "  e.addSuppressed(new Exception(\"s\"));\n  throw e; } }");
    assertEquals(
        """
        Exception in thread "main" java.lang.Error: x
        \tat Main.main(Main.java:2)
        \tSuppressed: java.lang.Exception: s
        \t\tat Main.main(Main.java:3)
        Caused by: java.lang.RuntimeException: cause
        \t... 1 more
        """,
        sandbox.gemini("Main.java").err());
  }

  @Test
  void aKeptResultIsUsedOnlyWhereItIsRight() throws IOException {
    sandbox.file(
        "Main.java",
        "class Main { public static void main(String[] a) {" + " System.out.print(Other.N); } }");
    sandbox.file("Other.java", "class Other { static final int N = 1; }");
    assertEquals("1", sandbox.gemini("Main.java").out());
    assertEquals(1, kept().size());
    sandbox.file("Other.java", "class Other { static final int N = 2; }");
    assertEquals("2", sandbox.gemini("Main.java").out(), "a file that it mentions changed");
    assertEquals("2", sandbox.gemini("Main.java").out());
    assertEquals(2, kept().size());
    for (Path entry : kept()) {
      byte[] bytes = Files.readAllBytes(entry);
      bytes[bytes.length - 20] ^= 1;
      Files.write(entry, bytes);
    }
    assertEquals(new Sandbox.Outcome(0, "2", ""), sandbox.gemini("Main.java"), "a broken entry");
    for (Path entry : kept()) {
      Files.write(entry, new byte[3]);
    }
    assertEquals(new Sandbox.Outcome(0, "2", ""), sandbox.gemini("Main.java"), "a cut entry");
    Files.delete(sandbox.work().resolve("Other.java"));
    assertEquals(1, sandbox.gemini("Main.java").exit(), "a file that it mentions is gone");
  }

  @Test
  void aClassPathThatChangesIsNoticed() throws IOException {
    String javac = Path.of(System.getProperty("java.home"), "bin", "javac").toString();
    sandbox.file("src/Lib.java", "public class Lib { public static final int N = 1; }");
    sandbox.run(javac, "-d", "classes", "src/Lib.java");
    sandbox.file(
        "Main.java",
        "class Main { public static void main(String[] a) {" + " System.out.print(Lib.N); } }");
    assertEquals("1", sandbox.gemini("-cp", "classes", "Main.java").out());
    sandbox.file("src/Lib.java", "public class Lib { public static final int N = 22222; }");
    sandbox.run(javac, "-d", "classes", "src/Lib.java");
    assertEquals("22222", sandbox.gemini("-cp", "classes", "Main.java").out());
  }

  @Test
  void aReadOnlyCacheDoesNoHarm() {
    sandbox.file("Hello.java", HELLO).environment("XDG_CACHE_HOME", "/dev/null");
    assertEquals(new Sandbox.Outcome(0, "hellonullnull\n", ""), sandbox.gemini("Hello.java"));
  }

  @Test
  void gpusThatCannotBeUsedAreRefusedBeforeTheProgramBegins() {
    assumeFalse(
        Chain.toGpus(System.getenv()).stream().allMatch(Link::isGood), "there are GPUs here");
    sandbox.file(
        "Main.java",
        "class Main { public static void main(String[] a) {"
            + " System.out.print(ai.djl.Device.cpu()); } }");
    Sandbox.Outcome outcome = sandbox.gemini("--mode=pipeline", "--devices=gpu:0,1", "Main.java");
    assertEquals(2, outcome.exit(), outcome.err());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().startsWith("gemini-java: devices=gpu:0,1: found "), outcome.err());
    assertTrue(
        outcome.err().endsWith("; --devices=cpu:2 works without" + System.lineSeparator()),
        outcome.err());
    assertEquals(1, outcome.err().lines().count());
  }

  @Test
  void settingsComeFromFourPlaces() {
    sandbox.file("d/Hello.java", HELLO).file("d/gemini.yaml", "mode: sharding\nsharding-size: 2\n");
    assertEquals("hellosharding2\n", sandbox.gemini("d/Hello.java").out());
    sandbox.environment("GEMINI_MODE", "sharding_and_pipeline");
    assertEquals("hellosharding_and_pipeline2\n", sandbox.gemini("d/Hello.java").out());
    assertEquals("helloauto2\n", sandbox.gemini("-Dgemini.mode=auto", "d/Hello.java").out());
    assertEquals(
        "hellonone4\n",
        sandbox
            .gemini("--mode", "NONE", "-Dgemini.mode=auto", "--sharding-size=4", "d/Hello.java")
            .out());
  }

  @Test
  void wrongSettingsAreRefusedBeforeTheProgramBegins() {
    sandbox.file("Hello.java", HELLO);
    assertRefused("--mode=pipelin", "--mode=pipeline?");
    assertRefused("--micro-batches=0", "a whole number from 1");
    assertRefused("--devices=tpu:1", "cpu:N");
    assertRefused("-Dgemini.shardingsize=2", "-Dgemini.sharding-size?");
    assertRefused("--sharding-sise=2", "unknown option");
    assertRefused("--plan=nowhere", "a file that can be read");
    sandbox.file("gemini.yaml", "# ours\nmode: sharding\nmicro-batch: 3\n");
    assertRefused(
        "-Dx=y", "gemini.yaml:3: micro-batch is not a setting. Did you mean micro-batches?");
    sandbox.file("gemini.yaml", "mode:\n  - a\n");
    assertRefused("-Dx=y", "gemini.yaml:2: expected a plain value");
    sandbox.file("gemini.yaml", "mode: [\n");
    assertRefused("-Dx=y", "gemini.yaml:2: ");
  }

  private void assertRefused(String option, String message) {
    Sandbox.Outcome outcome = sandbox.gemini(option, "Hello.java");
    assertEquals(2, outcome.exit(), outcome.err());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }

  @Test
  void otherDjlOnTheClassPathIsRefused() {
    sandbox.file("old/ai/djl/engine/api.properties", "djl_version=0.20.0\n");
    sandbox.file(
        "M.java",
        "class M { public static void main(String[] a) {"
            + " System.out.print(ai.djl.Model.class.getName()); } }");
    Sandbox.Outcome outcome = sandbox.gemini("-cp", "old", "M.java");
    assertEquals(2, outcome.exit());
    assertTrue(outcome.err().contains("your class path has DJL 0.20.0"), outcome.err());
    assertEquals("ai.djl.Model", sandbox.gemini("--mode=none", "-cp", "old", "M.java").out());
  }

  @Test
  void loggingOfTheUsersWinsWithoutAWord() {
    sandbox.file(
        "src/Mine.java",
        """
        import org.slf4j.*;
        import org.slf4j.helpers.*;
        public class Mine implements org.slf4j.spi.SLF4JServiceProvider {
          public ILoggerFactory getLoggerFactory() { return new NOPLoggerFactory(); }
          public IMarkerFactory getMarkerFactory() { return new BasicMarkerFactory(); }
          public org.slf4j.spi.MDCAdapter getMDCAdapter() { return new NOPMDCAdapter(); }
          public String getRequestedApiVersion() { return "2.0.99"; }
          public void initialize() {}
        }
        """);
    String onBoard =
        sandbox.launcher().getParent().resolveSibling("lib/gemini-java/on-board") + "/*";
    sandbox.run(
        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
        "-cp",
        onBoard,
        "-d",
        "classes",
        "src/Mine.java");
    sandbox.file("classes/META-INF/services/org.slf4j.spi.SLF4JServiceProvider", "Mine # ours\n");
    sandbox.file(
        "Log.java",
        """
        public class Log {
          public static void main(String[] args) {
            System.out.print(org.slf4j.LoggerFactory.getILoggerFactory().getClass());
            org.slf4j.LoggerFactory.getLogger("a").info("hello");
          }
        }
        """);
    String expected = "class org.slf4j.helpers.NOPLoggerFactory";
    assertEquals(
        new Sandbox.Outcome(0, expected, ""), sandbox.gemini("-cp", "classes", "Log.java"));
    assertEquals("[main] INFO a - hello\n", sandbox.gemini("Log.java").err());
  }

  @Test
  void theScriptSaysWhatIsMissing() throws IOException {
    sandbox.file("Hello.java", HELLO);
    Sandbox.Outcome outcome = sandbox.environment("JAVA_HOME", "/nowhere").gemini("Hello.java");
    assertEquals(2, outcome.exit());
    assertTrue(outcome.err().contains("there is no java in it"), outcome.err());
    outcome = sandbox.environment("JAVA_HOME", null).environment("PATH", "/nowhere").gemini("x");
    assertEquals(2, outcome.exit());
    assertTrue(outcome.err().contains("no java found"), outcome.err());
    sandbox.file("old/release", "JAVA_VERSION=\"11.0.2\"\n").file("old/bin/java", "");
    assertTrue(sandbox.work().resolve("old/bin/java").toFile().setExecutable(true));
    outcome = sandbox.environment("JAVA_HOME", "old").gemini("Hello.java");
    assertTrue(outcome.err().contains("is Java 11.0.2, and 17 or newer is needed"), outcome.err());
  }

  @Test
  void linksToTheLauncherWork() throws IOException {
    sandbox.file("Hello.java", HELLO);
    Path link = sandbox.launcher().resolveSibling("link");
    Path other = sandbox.launcher().resolveSibling("other");
    Files.deleteIfExists(link);
    Files.deleteIfExists(other);
    Files.createSymbolicLink(link, Path.of("other"));
    Files.createSymbolicLink(other, sandbox.launcher());
    assertEquals("hellonullnull\n", sandbox.run(link.toString(), "Hello.java").out());
  }

  @Test
  void aCommandIsNotAFile() {
    sandbox.file("plan.java", HELLO.replace("Hello", "plan"));
    assertEquals("hellonullnull\n", sandbox.gemini("./plan.java").out());
    Sandbox.Outcome outcome = sandbox.gemini("plan", "plan.java");
    assertEquals(0, outcome.exit(), outcome.err());
    assertFalse(outcome.out().contains("hello"));
    assertEquals(2, sandbox.gemini("plam").exit());
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(sandbox.cache())) {
      return files.toList();
    }
  }
}
