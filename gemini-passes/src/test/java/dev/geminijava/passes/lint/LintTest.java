package dev.geminijava.passes.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LintTest {

  private static final String COUNTS = "int n; NDList go(NDList in) { n++; return in; }";

  @Test
  void anAnnotationSilencesWhatStandsBelowIt() {
    String call = "return go(inputs);";
    Linting.forward(COUNTS, call).finds("state-in-forward", "n++");
    String method = "NDList go(";
    for (String value :
        List.of(
            "\"gemini:state-in-forward\"",
            "{\"unused\", \"gemini:state-in-forward\"}",
            "value = \"gemini:all\"")) {
      String silent = COUNTS.replace(method, "@SuppressWarnings(" + value + ") " + method);
      Linting.forward(silent, call).finds("state-in-forward");
    }
    String other = COUNTS.replace(method, "@SuppressWarnings(\"gemini:unclosed\") " + method);
    Linting.forward(other, call).finds("state-in-forward", "n++");
  }

  @Test
  void aVariableAndAFieldCanBeAnnotated() {
    Linting.classes(
            Degrees.UNKNOWN,
            """
            class Main {
              @SuppressWarnings("gemini:batch-norm")
              Block silent = BatchNorm.builder().build();
              Block loud = BatchNorm.builder().build();
              void run() {
                @SuppressWarnings("gemini:unclosed")
                NDManager silent = NDManager.newBaseManager();
                NDManager loud = NDManager.newBaseManager();
              }
            }
            """)
        .finds("batch-norm", "BatchNorm.builder().build()")
        .finds("unclosed", "NDManager.newBaseManager()");
  }

  @Test
  void notesOfThePassesAreFindings() {
    Linting.forward(
            "interface F { NDList apply(ParameterStore s, NDList i, boolean t); }",
            "F f = a::forward; return f.apply(store, inputs, training);")
        .finds("method-reference", "a::forward");
  }

  @Test
  void manyFilesAtOnceAreInTheirOrder() {
    List<SourceFile> files =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    new SourceFile(
                        Path.of("C" + i + ".java"),
                        "class C"
                            + i
                            + " { Object x = ai.djl.nn.norm.BatchNorm.builder().build(); }"))
            .toList();
    Program program = Program.of(files, Rewriting.classPath());
    ConcurrentLinkedQueue<SourceFile> seen = new ConcurrentLinkedQueue<>();
    List<Diagnostic> found =
        new Lint(
                Lint.load(LintTest.class.getClassLoader()),
                List.of(),
                RuleTable.load(),
                LibraryCode.NONE,
                Degrees.UNKNOWN)
            .run(program, seen::add);
    assertEquals(files, found.stream().map(Diagnostic::file).toList());
    assertEquals(40, seen.size());
  }

  /** A check from a plug-in may be wrong; the others go on. */
  private record Broken() implements Check {
    @Override
    public String code() {
      return "broken";
    }

    @Override
    public String title() {
      return "fails";
    }

    @Override
    public Severity severity() {
      return Severity.ERROR;
    }

    @Override
    public List<Diagnostic> run(LintUnit unit) {
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void aCheckThatFailsIsANoteAndTheOthersRun() {
    List<Check> checks = Lint.load(LintTest.class.getClassLoader());
    Program program =
        Program.of(
            List.of(
                new SourceFile(
                    Path.of("A.java"),
                    "class A { Object x = ai.djl.nn.norm.BatchNorm.builder().build(); }")),
            Rewriting.classPath());
    List<Check> both = new java.util.ArrayList<>(checks);
    both.add(new Broken());
    List<Diagnostic> found =
        new Lint(both, List.of(), RuleTable.load(), LibraryCode.NONE, Degrees.UNKNOWN)
            .run(program, file -> {});
    assertEquals(
        List.of("check-failed", "batch-norm"), found.stream().map(Diagnostic::code).toList());
    assertTrue(found.get(0).message().contains("broken"));
  }
}
