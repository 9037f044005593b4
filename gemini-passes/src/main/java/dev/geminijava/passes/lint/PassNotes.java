package dev.geminijava.passes.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.pass.Outcome;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.ReadModels;
import dev.geminijava.passes.pass.Unit;
import java.util.List;
import java.util.Map;

/** What the passes themselves have to say, above all about what they leave alone. */
final class PassNotes {

  /** The codes that do not come from a check of their own. */
  static final List<Check> CODES =
      List.of(
          code("whole-layer", "a layer that could be split stays whole", Severity.NOTE),
          code("loss-apart", "the loss cannot be taken for each micro-batch", Severity.NOTE),
          code("method-reference", "a layer called by reference ends no stage", Severity.NOTE),
          code("unreadable", "syntax that the parser does not know", Severity.NOTE),
          code("check-failed", "a check that failed on a file", Severity.NOTE),
          code("does-not-compile", "javac rejects the file", Severity.ERROR));

  private PassNotes() {}

  /** The program's classes, and the notes. */
  record Result(ProgramCode code, List<Diagnostic> notes) {}

  /** Runs the passes; nothing is inserted. */
  static Result of(Program program, List<Pass> passes) {
    if (program.sources().isEmpty()) {
      return new Result(new ProgramCode(List.of(), List.of(), String::equals), List.of());
    }
    Unit unit = Unit.of(program);
    for (Pass pass : passes) {
      try {
        Outcome outcome = pass.run(unit);
        unit = unit.plus(Map.of(), outcome.notes(), outcome.facts());
      } catch (RuntimeException | StackOverflowError e) {
        unit = unit.plus(Map.of(), List.of(failed(pass, program, e)), Map.of());
      }
    }
    return new Result(
        unit.found(ReadModels.CODE).orElseGet(() -> Lift.lift(program)), unit.notes());
  }

  private static Diagnostic failed(Pass pass, Program program, Throwable cause) {
    return Diagnostic.note(
        "check-failed",
        program.sources().get(0).file(),
        program.sources().get(0).file().line(1),
        "the pass " + pass.name() + " failed, and its notes are missing: " + cause,
        "report this program, it shows a fault of gemini-java");
  }

  private static Check code(String code, String title, Severity severity) {
    return new NotedCode(code, title, severity);
  }

  private record NotedCode(String code, String title, Severity severity) implements Check {
    @Override
    public List<Diagnostic> run(LintUnit unit) {
      return List.of();
    }
  }
}
