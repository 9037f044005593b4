package dev.geminijava.passes.front;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * One run of javac over all sources, up to types and flow; no classes, no annotation processors.
 *
 * @param task javac
 * @param trees javac's view of its trees
 * @param units javac's tree of every source that it could read
 * @param diagnostics what javac said, in its own words
 */
record Attribution(
    JavacTask task,
    Trees trees,
    Map<SourceFile, CompilationUnitTree> units,
    List<Diagnostic> diagnostics) {

  /** The code of javac's own diagnostics. */
  static final String JAVAC = "javac";

  /** A file with errors must not keep the others from being understood. */
  private static final List<String> OPTIONS =
      List.of("-proc:none", "-implicit:none", "-nowarn", "-XDshould-stop.ifError=FLOW");

  static Attribution of(List<SourceFile> files, List<Path> classPath, List<Path> sourcePath) {
    List<Diagnostic> diagnostics = new ArrayList<>();
    Map<SourceFile, CompilationUnitTree> units = new IdentityHashMap<>();
    // javac hands out its own wrappers of our file objects; their URIs are ours.
    Map<URI, SourceFile> byUri = new HashMap<>();
    List<SourceText> texts = new ArrayList<>();
    for (SourceFile file : files) {
      SourceText text = new SourceText(file, texts.size());
      texts.add(text);
      byUri.put(text.toUri(), file);
    }
    JavacTask task =
        task(
            fileManager(classPath, sourcePath),
            d -> convert(d, byUri).ifPresent(diagnostics::add),
            OPTIONS,
            texts);
    if (files.isEmpty()) {
      return new Attribution(task, Trees.instance(task), units, List.of());
    }
    try {
      for (CompilationUnitTree unit : task.parse()) {
        units.put(byUri.get(unit.getSourceFile().toUri()), unit);
      }
      task.analyze();
    } catch (IOException | RuntimeException | AssertionError | StackOverflowError e) {
      // What javac could not finish stays unknown; compiling the result will tell the user why.
      diagnostics.add(gaveUp(files, e));
    }
    return new Attribution(task, Trees.instance(task), units, List.copyOf(diagnostics));
  }

  /**
   * A run that begins with nothing; {@link #read} adds sources to it.
   *
   * @param sources by the qualified names of the classes at their top
   */
  static Attribution onDemand(Map<String, SourceFile> sources, List<Path> classPath) {
    List<String> options = new ArrayList<>(OPTIONS);
    // The same classes stand on the class path, compiled.
    options.add("-Xprefer:source");
    SourcesOnDemand manager = new SourcesOnDemand(fileManager(classPath, List.of()), sources);
    JavacTask task = task(manager, diagnostic -> {}, options, List.of());
    return new Attribution(task, Trees.instance(task), new IdentityHashMap<>(), List.of());
  }

  /**
   * Attributes one source, and parses those that its declarations mention.
   *
   * @param type the class at its top; where javac does not find it, the source stays unknown
   */
  void read(String type, SourceFile file) {
    try {
      TreePath path = trees.getPath(task.getElements().getTypeElement(type));
      units.put(file, path.getCompilationUnit());
      for (Tree declared : path.getCompilationUnit().getTypeDecls()) {
        if (declared instanceof ClassTree top) {
          // Asked for something inside a class that it has not attributed, javac does so.
          TreePath at = new TreePath(new TreePath(path.getCompilationUnit()), top);
          trees.getElement(new TreePath(at, top.getModifiers()));
        }
      }
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      // What javac could not finish stays unknown.
      units.remove(file);
    }
  }

  /** The source that a tree of javac's is of. */
  Optional<SourceFile> file(CompilationUnitTree unit) {
    return units.entrySet().stream()
        .filter(entry -> entry.getValue() == unit)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static JavacTask task(
      JavaFileManager manager,
      DiagnosticListener<JavaFileObject> listener,
      List<String> options,
      List<SourceText> texts) {
    return (JavacTask) compiler().getTask(null, manager, listener, options, null, texts);
  }

  private static JavaCompiler compiler() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("this Java has no compiler: a JDK is needed, not a JRE");
    }
    return compiler;
  }

  private static JavaFileManager fileManager(List<Path> classPath, List<Path> sourcePath) {
    StandardJavaFileManager manager =
        compiler().getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    try {
      manager.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
      // Even if empty: else javac would look for sources on the class path.
      manager.setLocationFromPaths(StandardLocation.SOURCE_PATH, sourcePath);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return manager;
  }

  private static Optional<Diagnostic> convert(
      javax.tools.Diagnostic<? extends JavaFileObject> javac, Map<URI, SourceFile> byUri) {
    if (javac.getKind() != javax.tools.Diagnostic.Kind.ERROR || javac.getSource() == null) {
      return Optional.empty();
    }
    SourceFile file = byUri.get(javac.getSource().toUri());
    if (file == null) {
      return Optional.empty();
    }
    int length = file.text().length();
    int start = (int) Math.min(length, Math.max(0, javac.getPosition()));
    int end = (int) Math.min(length, Math.max(start, javac.getEndPosition()));
    String message = javac.getMessage(Locale.getDefault());
    return Optional.of(
        new Diagnostic(Severity.ERROR, JAVAC, file, new Span(start, end), message, ""));
  }

  private static Diagnostic gaveUp(List<SourceFile> files, Throwable cause) {
    return new Diagnostic(
        Severity.ERROR, JAVAC, files.get(0), Span.at(0), "javac gave up: " + cause, "");
  }
}
