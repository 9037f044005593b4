package dev.geminijava.passes.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PassPipelineTest {

  private static final Fact<String> GREETING = new Fact<>("greeting", String.class);

  private record Greet() implements Pass {
    @Override
    public String name() {
      return "greet";
    }

    @Override
    public String description() {
      return "finds a greeting";
    }

    @Override
    public Set<Fact<?>> establishes() {
      return Set.of(GREETING);
    }

    @Override
    public Outcome run(Unit unit) {
      return new Outcome(List.of(), List.of(), Map.of(GREETING, "hello"));
    }
  }

  /** Inserts a statement before everything else, whether that is Java or not. */
  private record Insert(String text) implements Pass {
    @Override
    public String name() {
      return "insert";
    }

    @Override
    public String description() {
      return "inserts a text";
    }

    @Override
    public Set<Fact<?>> requires() {
      return Set.of(GREETING);
    }

    @Override
    public Outcome run(Unit unit) {
      SourceFile file = unit.program().sources().get(0).file();
      String filled = text.replace("GREETING", unit.fact(GREETING));
      return Outcome.of(
          List.of(new Change(file, Edit.statement(0, filled, name(), "why not"))), List.of());
    }
  }

  private static PassPipeline.Run run(Pass... passes) {
    SourceFile file = new SourceFile(Path.of("A.java"), "class A {}\n");
    return new PassPipeline(List.of(passes)).run(Program.of(List.of(file), List.of()));
  }

  @Test
  void aPassSeesTheFactsOfEarlierOnes() {
    PassPipeline.Run run = run(new Greet(), new Insert("/* GREETING */ "));
    SourceFile file = run.unit().program().sources().get(0).file();
    assertEquals(List.of("greet", "insert"), run.reports().stream().map(PassReport::name).toList());
    assertEquals("class A {}\n", run.reports().get(0).text(file));
    assertEquals("/* hello */ class A {}\n", run.reports().get(1).text(file));
    assertEquals(1, run.reports().get(1).edits());
  }

  @Test
  void theOrderIsCheckedBeforeAnythingRuns() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new PassPipeline(List.of(new Insert(""), new Greet())));
  }

  /** A pass with a fault. */
  private record Fail() implements Pass {
    @Override
    public String name() {
      return "fail";
    }

    @Override
    public String description() {
      return "fails";
    }

    @Override
    public Set<Fact<?>> establishes() {
      return Set.of(GREETING);
    }

    @Override
    public Outcome run(Unit unit) {
      throw new IllegalStateException("oh");
    }
  }

  @Test
  void aPassThatFailsIsPassedOverAndSoIsWhatNeedsIt() {
    Unit unit = run(new Fail(), new Insert("/* GREETING */ ")).unit();
    assertEquals(Map.of(), unit.edits());
    assertEquals(List.of("pass-failed"), unit.notes().stream().map(Diagnostic::code).toList());
  }

  @Test
  void whatDoesNotParseIsNotTaken() {
    Unit unit = run(new Greet(), new Insert("GREETING ")).unit();
    assertEquals(Map.of(), unit.edits());
    assertEquals(List.of("pass-rejected"), unit.notes().stream().map(Diagnostic::code).toList());
  }
}
