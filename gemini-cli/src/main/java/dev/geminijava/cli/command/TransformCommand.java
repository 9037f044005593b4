package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.Words;
import dev.geminijava.passes.CompiledFile;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
      required = true,
      paramLabel = "DIR",
      description = "Where to write; made if it is not there.")
  private Path directory;

  @Option(names = "--keep-lines", description = "Add no line, so that every line keeps its number.")
  private boolean keepLines;

  @Option(names = "--no-library", description = "Write your files only.")
  private boolean noLibrary;

  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure, IOException {
    List<CompiledFile> files = input.compile().files();
    Map<String, String> texts = new LinkedHashMap<>();
    for (CompiledFile file : files) {
      String text = keepLines ? file.text() : file.readable();
      String below = Words.of(text).packageName().replace('.', '/');
      texts.put((below.isEmpty() ? "" : below + "/") + file.original().path().getFileName(), text);
      refuseToOverwrite(file, below);
    }
    ClassPath classPath = ClassPath.current();
    if (!noLibrary) {
      texts.putAll(Library.onBoard().neededBy(List.copyOf(texts.values())));
    }
    PrintWriter out = spec.commandLine().getOut();
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
    return 0;
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
