package dev.geminijava.passes;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.pass.PassReport;
import dev.geminijava.passes.plan.Plan;
import java.util.List;

/**
 * What compiling gave.
 *
 * @param files every source, with its edits
 * @param diagnostics errors in javac's words, and what the passes had to say
 * @param plan what can be split and cut, and what for
 * @param passes what each pass did
 */
public record Compilation(
    List<CompiledFile> files, List<Diagnostic> diagnostics, Plan plan, List<PassReport> passes) {

  /** Keeps its own copies. */
  public Compilation {
    files = List.copyOf(files);
    diagnostics = List.copyOf(diagnostics);
    passes = List.copyOf(passes);
  }

  /** Whether javac rejects one of the sources. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
  }
}
