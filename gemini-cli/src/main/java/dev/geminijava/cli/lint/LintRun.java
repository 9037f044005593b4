package dev.geminijava.cli.lint;

import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.lint.Lint;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The checks over sources.
 *
 * @param lint the checks
 * @param classPath what the sources need to compile
 * @param settings what counts
 */
public record LintRun(Lint lint, List<Path> classPath, LintSettings settings) {

  private static final String DOES_NOT_COMPILE = "does-not-compile";

  /** What is found in all of them, in their order. */
  public List<Diagnostic> over(LintSources sources) {
    int files = sources.files().size();
    AtomicInteger done = new AtomicInteger();
    boolean shown = Terminal.colourErr() && files > 20;
    List<Diagnostic> found = new ArrayList<>();
    for (List<SourceFile> together : sources.programs()) {
      Program program = Program.of(together, classPath, sources.roots());
      found.addAll(errors(program.diagnostics()));
      found.addAll(lint.run(program, file -> progress(shown, done.incrementAndGet(), files)));
    }
    if (shown) {
      System.err.print("\r\u001b[K");
    }
    return settings.apply(found);
  }

  private static void progress(boolean shown, int done, int files) {
    if (shown) {
      System.err.print("\rlint: " + done + " of " + files + " files");
    }
  }

  /** One finding for each file that javac rejects: the first error leads to most others. */
  private static List<Diagnostic> errors(List<Diagnostic> diagnostics) {
    Map<SourceFile, List<Diagnostic>> byFile = new LinkedHashMap<>();
    List<Diagnostic> found = new ArrayList<>();
    for (Diagnostic diagnostic : diagnostics) {
      if (diagnostic.severity() == Severity.ERROR) {
        byFile.computeIfAbsent(diagnostic.file(), f -> new ArrayList<>()).add(diagnostic);
      } else {
        found.add(diagnostic);
      }
    }
    byFile.forEach(
        (file, errors) -> {
          Diagnostic first = errors.get(0);
          int others = errors.size() - 1;
          String more =
              others == 0 ? "" : " (and " + others + " more error" + (others == 1 ? ")" : "s)");
          found.add(
              new Diagnostic(
                  Severity.ERROR,
                  DOES_NOT_COMPILE,
                  file,
                  first.span(),
                  "does not compile, so nothing else is said about this file: "
                      + first.message().lines().findFirst().orElse("")
                      + more,
                  "mend it, or give --class-path what the build compiles it with"));
        });
    return found;
  }
}
