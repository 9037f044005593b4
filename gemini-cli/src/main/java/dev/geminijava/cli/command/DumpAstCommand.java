package dev.geminijava.cli.command;

import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gemini-java dump-ast}. */
@Command(name = "dump-ast", description = "Show the syntax tree of a source file.")
final class DumpAstCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; svg needs Graphviz).")
  private Format format;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file;

  @Override
  public Integer call() throws CompileFailure, IOException {
    SyntaxTree tree = SyntaxTree.of(Source.read(file));
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (format) {
          case text -> tree.toText();
          case dot -> tree.toDot();
          case svg -> Drawing.svg(tree.toDot());
        });
    out.flush();
    return 0;
  }
}
