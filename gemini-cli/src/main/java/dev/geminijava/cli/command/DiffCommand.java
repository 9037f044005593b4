package dev.geminijava.cli.command;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.CompiledFile;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java diff}. */
@Command(name = "diff", description = "Show what is inserted into the sources, as a unified diff.")
final class DiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(names = "--keep-lines", description = "As the launcher inserts it: no line is added.")
  private boolean keepLines;

  @Option(
      names = "--context",
      paramLabel = "LINES",
      defaultValue = "3",
      description = "Lines around each change (default: ${DEFAULT-VALUE}).")
  private int context;

  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure {
    PrintWriter out = spec.commandLine().getOut();
    boolean colour = Terminal.colourOut();
    for (CompiledFile file : input.compile().files()) {
      if (file.isChanged()) {
        String path = file.original().path().normalize().toString().replaceFirst("^/", "");
        List<String> before = file.original().text().lines().toList();
        List<String> after = (keepLines ? file.text() : file.readable()).lines().toList();
        for (String line :
            UnifiedDiffUtils.generateUnifiedDiff(
                "a/" + path, "b/" + path, before, DiffUtils.diff(before, after), context)) {
          out.println(colour ? painted(line) : line);
        }
      }
    }
    return 0;
  }

  private static String painted(String line) {
    if (line.startsWith("+++") || line.startsWith("---")) {
      return "\u001b[1m" + line + "\u001b[0m";
    }
    return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case '+' -> "\u001b[32m" + line + "\u001b[0m";
      case '-' -> "\u001b[31m" + line + "\u001b[0m";
      case '@' -> "\u001b[36m" + line + "\u001b[0m";
      default -> line;
    };
  }
}
