package dev.geminijava.passes.pass;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Names;
import dev.geminijava.passes.front.Parsed;
import dev.geminijava.passes.front.Parser;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Passes in their order. What each one inserts is checked at once: erasing it gives the original
 * back, and the new text still parses.
 */
public final class PassPipeline {

  private final List<Pass> passes;

  /**
   * Lists the passes.
   *
   * @throws IllegalArgumentException if one needs what no earlier one establishes
   */
  public PassPipeline(List<Pass> passes) {
    this.passes = List.copyOf(passes);
    Set<Fact<?>> known = new HashSet<>();
    for (Pass pass : passes) {
      for (Fact<?> fact : pass.requires()) {
        if (!known.contains(fact)) {
          throw new IllegalArgumentException(
              pass.name() + " requires " + fact.name() + ", which no pass before it establishes");
        }
      }
      known.addAll(pass.establishes());
    }
  }

  /** The passes in their order. */
  public List<Pass> passes() {
    return passes;
  }

  /**
   * The program after all passes, and what each one did.
   *
   * @param unit the program after the last pass
   * @param reports one report for each pass
   */
  public record Run(Unit unit, List<PassReport> reports) {}

  /**
   * Takes a program through all passes. A pass that fails, or lacks what a failed one should have
   * found out, is passed over with a warning: the program is less parallel then, but right.
   */
  public Run run(Program program) {
    Unit unit = Unit.of(program);
    Map<SourceFile, Names> names = new HashMap<>();
    List<PassReport> reports = new ArrayList<>();
    for (Pass pass : passes) {
      long start = System.nanoTime();
      Unit before = unit;
      unit = run(pass, before, names);
      long millis = (System.nanoTime() - start) / 1_000_000;
      reports.add(new PassReport(pass.name(), millis, count(unit) - count(before), unit.edits()));
    }
    return new Run(unit, List.copyOf(reports));
  }

  private static Unit run(Pass pass, Unit unit, Map<SourceFile, Names> names) {
    if (!unit.facts().keySet().containsAll(pass.requires())) {
      return unit;
    }
    Outcome outcome;
    try {
      outcome = pass.run(unit);
    } catch (RuntimeException | StackOverflowError e) {
      return unit.plus(Map.of(), List.of(failed(pass, unit, e)), Map.of());
    }
    if (!outcome.facts().keySet().containsAll(pass.establishes())) {
      throw new IllegalStateException(pass.name() + " did not establish what it promised");
    }
    List<Diagnostic> notes = new ArrayList<>(outcome.notes());
    Map<SourceFile, Edits> edits = resolve(outcome, unit, names);
    for (SourceFile file : List.copyOf(edits.keySet())) {
      if (!holds(file, unit.edits(file).plus(edits.get(file).list()))) {
        edits.remove(file);
        notes.add(rejected(pass, file));
      }
    }
    return unit.plus(edits, notes, outcome.facts());
  }

  private static int count(Unit unit) {
    return unit.edits().values().stream().mapToInt(edits -> edits.list().size()).sum();
  }

  private static Map<SourceFile, Edits> resolve(
      Outcome outcome, Unit unit, Map<SourceFile, Names> names) {
    Map<SourceFile, List<Edit>> lists = new LinkedHashMap<>();
    for (Change change : outcome.changes()) {
      SourceFile file = change.file();
      Edit edit = change.edit();
      Names fileNames = names.computeIfAbsent(file, f -> names(f, unit.program()));
      List<Edit> list = lists.computeIfAbsent(file, f -> new ArrayList<>());
      String open = fileNames.resolve(edit.open(), edit.pass(), list::add);
      String close = fileNames.resolve(edit.close(), edit.pass(), list::add);
      list.add(new Edit(edit.kind(), edit.span(), open, close, edit.pass(), edit.why()));
    }
    Map<SourceFile, Edits> edits = new LinkedHashMap<>();
    lists.forEach((file, list) -> edits.put(file, Edits.of(list)));
    return edits;
  }

  private static Names names(SourceFile file, Program program) {
    for (Parsed parsed : program.sources()) {
      if (parsed.file() == file) {
        return new Names(parsed, program.types());
      }
    }
    throw new IllegalStateException("not a source of the program: " + file);
  }

  private static boolean holds(SourceFile file, Edits edits) {
    String text = edits.apply(file.text());
    return edits.erase(text).equals(file.text())
        && new Parser().parse(new SourceFile(file.path(), text)).isPresent();
  }

  /** A file that a pass would break is left as it was before that pass. */
  private static Diagnostic rejected(Pass pass, SourceFile file) {
    return new Diagnostic(
        Severity.WARNING,
        "pass-rejected",
        file,
        file.line(1),
        "what " + pass.name() + " would insert does not parse; this file goes without it",
        "report this file, it shows a fault of the compiler");
  }

  private static Diagnostic failed(Pass pass, Unit unit, Throwable cause) {
    SourceFile file = unit.program().sources().get(0).file();
    return new Diagnostic(
        Severity.WARNING,
        "pass-failed",
        file,
        file.line(1),
        pass.name() + " failed, and the program goes without it: " + cause,
        "report this program, it shows a fault of the compiler");
  }
}
