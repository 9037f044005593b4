package dev.geminijava.cli.command;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.Words;
import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.emit.SourceMap;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java transform}. */
@Command(
    name = "transform",
    description = {
      "Write the parallel program: your files, and the library classes that they need.",
      "Plain javac compiles it, plain java runs it with the runtime on the class path."
    })
final class TransformCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = {"-d", "--directory"},
      paramLabel = "DIR",
      description = "Where to write; made if it is not there.")
  private Path directory;

  @Option(names = "--keep-lines", description = "Add no line, so that every line keeps its number.")
  private boolean keepLines;

  @Option(names = "--no-library", description = "Write your files only.")
  private boolean noLibrary;

  @Option(
      names = "--print-after",
      paramLabel = "PASS",
      split = ",",
      description = "Print your files as they stand after a pass, or after all of them: 'all'.")
  private List<String> printAfter = List.of();

  @Option(
      names = "--explain",
      paramLabel = "[FILE:]LINE",
      description = "Say which decision made each insertion at a line of the original.")
  private String explain;

  @Option(
      names = "--source-map",
      description = "Write FILE.java.map.json beside each file: where each insertion is, and why.")
  private boolean sourceMap;

  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure, IOException {
    if (directory == null && printAfter.isEmpty() && explain == null) {
      throw new UsageException(
          "transform needs -d DIR to write to, or --print-after=PASS, or --explain=LINE.");
    }
    Compilation compilation = input.compile();
    PrintWriter out = spec.commandLine().getOut();
    printAfter(compilation, out);
    if (explain != null) {
      out.print(new Explanation(compilation).of(explain));
    }
    if (directory != null) {
      write(compilation.files(), out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private void printAfter(Compilation compilation, PrintWriter out) {
    List<String> points = compilation.points();
    List<String> names = new ArrayList<>(points);
    names.add("all");
    for (String name : printAfter) {
      PassNames.checked("--print-after", name, names);
    }
    for (String point : points) {
      boolean wanted = printAfter.contains(point) || printAfter.contains("all");
      for (CompiledFile file : wanted ? compilation.after(point) : List.<CompiledFile>of()) {
        boolean several = printAfter.size() > 1 || printAfter.contains("all");
        if (several || compilation.files().size() > 1) {
          out.println("// " + file.original().path() + " after " + point);
        }
        String text = text(file);
        out.print(text.endsWith("\n") ? text : text + "\n");
      }
    }
  }

  private String text(CompiledFile file) {
    return keepLines ? file.text() : file.readable();
  }

  private void write(List<CompiledFile> files, PrintWriter out) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> maps = new LinkedHashMap<>();
    for (CompiledFile file : files) {
      String text = text(file);
      String below = Words.of(text).packageName().replace('.', '/');
      String path = (below.isEmpty() ? "" : below + "/") + file.original().path().getFileName();
      texts.put(path, text);
      refuseToOverwrite(file, below);
      if (sourceMap) {
        SourceMap map = SourceMap.of(file.original(), file.edits(), text);
        maps.put(path + ".map.json", SourceMapJson.of(map, path));
      }
    }
    ClassPath classPath = ClassPath.current();
    if (!noLibrary) {
      texts.putAll(Library.onBoard().neededBy(List.copyOf(texts.values())));
    }
    texts.putAll(maps);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Path target = directory.resolve(text.getKey());
      Files.createDirectories(target.getParent());
      Files.writeString(target, text.getValue());
      out.println(target);
    }
    String path =
        String.join(
            File.pathSeparator,
            classPath.home() + "/gemini-runtime.jar",
            classPath.home() + "/on-board/*");
    out.println();
    out.println("javac -cp '" + path + "' -d classes $(find '" + directory + "' -name '*.java')");
    out.println("java -cp 'classes" + File.pathSeparator + path + "' " + mainClass(files));
  }

  private void refuseToOverwrite(CompiledFile file, String below) {
    Path original = file.original().path().toAbsolutePath().normalize();
    Path target =
        directory.resolve(below).resolve(original.getFileName()).toAbsolutePath().normalize();
    if (target.equals(original)) {
      throw new UsageException(
          "-d " + directory + " would overwrite " + file.original().path() + ". Name another.");
    }
  }

  private static String mainClass(List<CompiledFile> files) {
    CompiledFile main = files.get(0);
    String name = main.original().path().getFileName().toString().replaceAll("\\.java$", "");
    String in = Words.of(main.original().text()).packageName();
    return in.isEmpty() ? name : in + "." + name;
  }
}
