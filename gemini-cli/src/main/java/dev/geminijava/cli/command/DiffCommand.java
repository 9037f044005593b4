package dev.geminijava.cli.command;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.Compilation;
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
@Command(
    name = "diff",
    description =
        "Show what is inserted into the sources, by all passes or between two, as a unified diff.")
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

  @Option(
      names = "--from",
      paramLabel = "PASS",
      defaultValue = Compilation.SOURCE,
      description = "The text before: as it stands after this pass (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "PASS",
      description = "The text after: as it stands after this pass (default: the last).")
  private String to;

  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure {
    Compilation compilation = input.compile();
    List<String> points = compilation.points();
    List<CompiledFile> before = compilation.after(PassNames.checked("--from", from, points));
    List<CompiledFile> after =
        to == null ? compilation.files() : compilation.after(PassNames.checked("--to", to, points));
    PrintWriter out = spec.commandLine().getOut();
    boolean colour = Terminal.colourOut();
    for (int i = 0; i < after.size(); i++) {
      String path = after.get(i).original().path().normalize().toString().replaceFirst("^/", "");
      List<String> left = lines(before.get(i));
      List<String> right = lines(after.get(i));
      for (String line :
          UnifiedDiffUtils.generateUnifiedDiff(
              "a/" + path, "b/" + path, left, DiffUtils.diff(left, right), context)) {
        out.println(colour ? painted(line) : line);
      }
    }
    return 0;
  }

  private List<String> lines(CompiledFile file) {
    return (keepLines ? file.text() : file.readable()).lines().toList();
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
