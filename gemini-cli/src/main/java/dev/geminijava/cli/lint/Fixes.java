package dev.geminijava.cli.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Fix.Replacement;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cures that need no judgement, carried out.
 *
 * @param applied those of which every change was made
 * @param texts the new text of every file that changes
 */
public record Fixes(List<Diagnostic> applied, Map<SourceFile, String> texts) {

  /** Takes each fix that does not touch what an earlier one changes; another run takes the rest. */
  public static Fixes of(List<Diagnostic> diagnostics) {
    List<Diagnostic> applied = new ArrayList<>();
    Map<SourceFile, List<Replacement>> changes = new IdentityHashMap<>();
    for (Diagnostic diagnostic : diagnostics) {
      boolean isFile = Files.isRegularFile(diagnostic.file().path());
      if (diagnostic.fix().isPresent() && isFile) {
        List<Replacement> taken =
            changes.computeIfAbsent(diagnostic.file(), f -> new ArrayList<>());
        List<Replacement> wanted = diagnostic.fix().get().replacements();
        if (wanted.stream().noneMatch(w -> taken.stream().anyMatch(t -> touch(w, t)))) {
          taken.addAll(wanted);
          applied.add(diagnostic);
        }
      }
    }
    Map<SourceFile, String> texts = new IdentityHashMap<>();
    changes.forEach((file, list) -> texts.put(file, apply(file.text(), list)));
    return new Fixes(List.copyOf(applied), texts);
  }

  private static boolean touch(Replacement a, Replacement b) {
    return a.span().start() <= b.span().end() && b.span().start() <= a.span().end();
  }

  private static String apply(String text, List<Replacement> replacements) {
    StringBuilder out = new StringBuilder(text);
    replacements.stream()
        .sorted(Comparator.comparing((Replacement r) -> r.span().start()).reversed())
        .forEach(r -> out.replace(r.span().start(), r.span().end(), r.text()));
    return out.toString();
  }

  /** Writes the changed files. */
  public void write() throws IOException {
    for (Map.Entry<SourceFile, String> file : texts.entrySet()) {
      Files.writeString(file.getKey().path(), file.getValue());
    }
  }
}
