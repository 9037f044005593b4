package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever {@code java File.java} does, {@code gemini-java File.java} does, to the letter. */
@Tag("slow")
class AsJavaTest {

  @TempDir private Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws IOException {
    sandbox = new Sandbox(directory);
  }

  /** Runs both, the second of them twice: from the sources, and from what was kept. */
  private Sandbox.Outcome same(String... args) {
    Sandbox.Outcome expected = sandbox.java(args);
    assertEquals(expected, sandbox.gemini(args));
    assertEquals(expected, sandbox.gemini(args), "the second run");
    return expected;
  }

  @Test
  void argumentsAndStandardStreams() {
    sandbox
        .stdin("one\ntwo\n")
        .file(
            "Echo.java",
            """
            import java.util.*;
            public class Echo {
              public static void main(String[] args) throws Exception {
                System.out.println(Arrays.toString(args));
                Scanner in = new Scanner(System.in);
                while (in.hasNextLine()) System.err.println(in.nextLine());
                System.exit(7);
              }
            }
            """);
    Sandbox.Outcome outcome =
        same("Echo.java", "", "a b", "it's", "--mode=none", "-Dx=y", "@file", "*", "$HOME", "`ls`");
    assertEquals(7, outcome.exit());
  }

  @Test
  void optionsOfTheJvm() {
    sandbox.file(
        "Options.java",
        """
        public class Options {
          public static void main(String[] args) {
            System.out.println(System.getProperty("a.b") + "|" + System.getProperty("it's"));
            System.out.println(Runtime.getRuntime().maxMemory() >> 20);
            System.out.println(System.getProperty("jdk.launcher.sourcefile"));
            assert args.length > 5 : "too few";
          }
        }
        """);
    same("-Da.b=c  d \\ \"e\"", "-Dit's='x'", "-Xmx128m", "-ea", "Options.java");
  }

  @Test
  void uncaughtExceptions() {
    sandbox.file(
        "dir/Thrower.java",
        """
        package dir;

        public class Thrower {
          static class Bad { static { if (true) throw new IllegalStateException("init"); } }

          public static void main(String[] args) throws Exception {
            Thread thread = new Thread(() -> { throw new RuntimeException("in a thread"); }, "t");
            thread.start();
            thread.join();
            if (args.length > 0) {
              new Bad();
            }
            deeper(3);
          }

          static void deeper(int n) {
            if (n == 0) {
              throw new UnsupportedOperationException("no\\nmore");
            }
            deeper(n - 1);
          }
        }
        """);
    assertEquals(1, same("dir/Thrower.java").exit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { int x = ; }",
        "public class A { public static void main(String[] a) {\n  int x = \"s\"; foo();\n} }",
        "class A { }",
        "class A { static void main(String[] a) { } }",
        "class A { public static int main(String[] a) { return 1; } }",
        "",
        "// nothing\n",
        "import ai.nothing.Model;\nclass A { Model m; }",
        "class A { public static void main(String[] a) throws Exception { new Thread().stop(); } }",
        "import java.util.*; class A { public static void main(String[] a) {"
            + " List l = new ArrayList(); l.add(1); System.out.println(l); } }",
        "public class Other { public static void main(String[] a) { System.out.print(1); } }",
        "class A { public static void main(String... a) { throw new Error(\"ä\"); } } class B {}",
      })
  void oddPrograms(String text) {
    if (Runtime.version().feature() != 17
        && text.contains("static void main")
        && !text.contains("public static void")) {
      return; // what main may look like depends on the version
    }
    sandbox.file("A.java", text);
    same("A.java");
  }

  @Test
  void compileErrorsNameTheFileAsTheUserDoes() {
    sandbox.file("some dir/B.java", "class B {\n\tint f() { retrun 1; }\n}\n");
    same("some dir/B.java");
    same("./some dir/../some dir/B.java");
    same(sandbox.work().resolve("some dir/B.java").toString());
  }

  @Test
  void classPathsAndWildcards() throws IOException {
    sandbox.file("src/lib/Lib.java", "package lib; public class Lib { public static int N = 5; }");
    sandbox.run(
        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
        "-d",
        "classes",
        "src/lib/Lib.java");
    sandbox.run(
        Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
        "cf",
        "jars.jar",
        "-C",
        "classes",
        ".");
    sandbox.file(
        "Main.java",
        """
        import java.io.File;
        public class Main {
          public static void main(String[] args) { System.out.println(lib.Lib.N); }
        }
        """);
    same("-cp", "classes", "Main.java");
    same("--class-path=nowhere:./*", "Main.java");
    same("-classpath", "a:jars.jar:b", "Main.java", "-cp");
    same("-cp", "nowhere", "Main.java");
    sandbox.environment("CLASSPATH", "classes");
    same("Main.java");
    sandbox.environment("CLASSPATH", null).file("classes/In.java", "");
    sandbox.file(
        "Cwd.java", "class Cwd { public static void main(String[] a) { new lib.Lib(); } }");
    same("Cwd.java");
  }

  @Test
  void argumentFiles() {
    sandbox.file(
        "Print.java",
        """
        public class Print {
          public static void main(String[] args) {
            System.out.println(System.getProperty("p") + java.util.Arrays.toString(args));
          }
        }
        """);
    sandbox.file("args", "# a comment\n-Dp=\"a b\\tc\" 'Print.java'\n one \"t'w o\"\n");
    sandbox.file("only", "-Dp='x\\\n   y'");
    same("@args", "three", "@args");
    same("@only", "Print.java", "@only");
    same("-Dp=@x", "Print.java");
  }

  @Test
  void whatTheCompilerHasToKnow() {
    sandbox.file(
        "Inner.java",
        """
        public class Inner {
          public static void main(String[] args) {
            System.out.println(jdk.internal.misc.VM.isBooted());
          }
        }
        """);
    same("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED", "Inner.java");
    same("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "Inner.java");
    same("Inner.java");
    sandbox.file(
        "script",
        "#!/usr/bin/env java\nclass S { public static void main(String[] a) { throw null; } }\n");
    same("--source", "17", "script");
    same("--source=11", "script");
  }

  @Test
  void theProgramLooksAtItself() {
    sandbox.file(
        "Self.java",
        """
        public class Self {
          interface I {}
          public static void main(String[] args) throws Exception {
            System.out.println(Self.class.getPackageName() + Thread.currentThread().getName());
            System.out.println(Self.class.getResourceAsStream("Self$I.class").read());
            System.out.println(Self.class.getResource("nothing"));
            System.out.println(Class.forName("Self$I"));
            for (String name : System.getProperties().stringPropertyNames())
              if (name.contains("gemini") || name.contains("slf4j")) System.out.println(name);
            StackTraceElement[] trace = new Throwable().getStackTrace();
            System.out.println(trace[0]);
            new Thread(() -> System.out.println("later")).start();
          }
        }
        """);
    same("Self.java");
  }
}
