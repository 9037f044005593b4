package dev.geminijava.cli.launch;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** The JDK's compiler, with the options that {@code java File.java} gives it. */
final class Javac {

  /**
   * What came out.
   *
   * @param ok whether all compiled
   * @param messages everything that javac printed
   */
  record Result(boolean ok, String messages, List<String> types, Map<String, byte[]> classes) {}

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final List<String> options = new ArrayList<>();
  private final List<Path> classPath;

  /**
   * @param options those of the command line that concern the compiler
   */
  Javac(List<String> options, List<Path> classPath) {
    this.classPath = classPath;
    if (compiler == null) {
      throw new UsageException(
          "the Java in "
              + System.getProperty("java.home")
              + " has no compiler. Install a JDK, 17 or newer, or point JAVA_HOME to one.");
    }
    for (int i = 0; i < options.size(); i++) {
      // These two only mean something at run time.
      if (options.get(i).equals("--add-modules") && options.get(i + 1).startsWith("ALL-")) {
        i++;
      } else {
        this.options.add(options.get(i));
      }
    }
    int feature = Runtime.version().feature();
    if (options.contains("--enable-preview") && !options.contains("--release")) {
      this.options.addAll(List.of("--release", Integer.toString(feature)));
    }
    this.options.addAll(List.of("-proc:none", "-Xdiags:verbose", "-implicit:none"));
    if (feature >= 21) {
      this.options.addAll(List.of("-Xlint:deprecation", "-Xlint:unchecked", "-Xlint:-options"));
    }
  }

  /** Compiles sources in memory; the first is the main file. */
  Result compile(Map<Path, String> sources) {
    StandardJavaFileManager platform = compiler.getStandardFileManager(null, null, null);
    try (MemoryFiles files = new MemoryFiles(platform)) {
      // Without this javac would look for sources on the class path.
      platform.setLocation(StandardLocation.SOURCE_PATH, List.of());
      platform.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
      List<JavaFileObject> units = new ArrayList<>();
      for (Map.Entry<Path, String> source : sources.entrySet()) {
        units.add(MemoryFiles.source(source.getKey(), source.getValue(), units.isEmpty()));
      }
      StringWriter messages = new StringWriter();
      JavacTask task = (JavacTask) compiler.getTask(messages, files, null, options, null, units);
      Types types = new Types();
      task.addTaskListener(types);
      boolean ok = task.call();
      return new Result(ok, messages.toString(), types.names, files.classes());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Remembers the top-level types of the main file, which is parsed first. */
  private static final class Types implements TaskListener {

    private final List<String> names = new ArrayList<>();
    private boolean parsed;

    @Override
    public void finished(TaskEvent event) {
      if (event.getKind() == TaskEvent.Kind.PARSE && !parsed) {
        parsed = true;
        CompilationUnitTree unit = event.getCompilationUnit();
        ExpressionTree name = unit.getPackageName();
        for (Tree type : unit.getTypeDecls()) {
          if (type instanceof ClassTree declared) {
            String simple = declared.getSimpleName().toString();
            names.add(name == null ? simple : name + "." + simple);
          }
        }
      }
    }
  }
}
