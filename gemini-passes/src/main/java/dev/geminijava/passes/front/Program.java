package dev.geminijava.passes.front;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The sources under one roof: their trees and their types.
 *
 * @param sources every source that javac accepts and that has a tree
 * @param types what is known about the trees' nodes
 * @param diagnostics the errors that javac found, and sources that only javac can read
 */
public record Program(List<Parsed> sources, Types types, List<Diagnostic> diagnostics) {

  /** Reads the sources against a class path. */
  public static Program of(List<SourceFile> files, List<Path> classPath) {
    return of(files, classPath, List.of());
  }

  /**
   * Reads the sources against a class path that may lack some of what they need. What javac cannot
   * type stays unknown; only a file that has no tree is left out.
   */
  public static Program lenient(List<SourceFile> files, List<Path> classPath) {
    Types types = Types.of(files, classPath, List.of());
    Parser parser = new Parser();
    List<Parsed> sources = files.stream().flatMap(file -> parser.parse(file).stream()).toList();
    return new Program(sources, types, types.diagnostics());
  }

  /** Reads the sources against a class path, and against sources under other roots. */
  public static Program of(List<SourceFile> files, List<Path> classPath, List<Path> sourcePath) {
    // Neither needs the other, and each takes its time.
    CompletableFuture<List<Optional<Parsed>>> trees =
        CompletableFuture.supplyAsync(
            () -> {
              Parser parser = new Parser();
              return files.stream().map(parser::parse).toList();
            });
    Types types = Types.of(files, classPath, sourcePath);
    List<Diagnostic> diagnostics = new ArrayList<>(types.diagnostics());
    Set<SourceFile> broken =
        diagnostics.stream()
            .filter(d -> d.severity() == Severity.ERROR)
            .map(Diagnostic::file)
            .collect(Collectors.toSet());
    List<Parsed> sources = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      SourceFile file = files.get(i);
      if (!broken.contains(file)) {
        trees.join().get(i).ifPresentOrElse(sources::add, () -> diagnostics.add(unreadable(file)));
      }
    }
    return new Program(List.copyOf(sources), types, List.copyOf(diagnostics));
  }

  private static Diagnostic unreadable(SourceFile file) {
    return Diagnostic.note(
        "unreadable",
        file,
        file.line(1),
        "the parser does not know this file's syntax; the file stays as it is",
        "use the syntax of a Java version with long-term support");
  }
}
