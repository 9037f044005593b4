package dev.geminijava.cli.command;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.Instrumentation;
import dev.geminijava.cli.plan.Scenario;
import dev.geminijava.cli.report.Terminal;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.verify.Verification;
import dev.geminijava.passes.verify.Verifier;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java verify}. */
@Command(
    name = "verify",
    description = {
      "Prove, after each pass, that the parallel program computes what the original does.",
      "Nothing of the program is run. Exits with 0 if all holds, with 1 if something does not."
    })
final class VerifyCommand implements Callable<Integer> {

  /** How the result is written. */
  enum Output {
    text,
    json
  }

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Output format;

  @Option(
      names = "--transformed",
      description = "The files hold insertions already, changed by hand perhaps: prove those.")
  private boolean transformed;

  @Option(
      names = "--original",
      paramLabel = "FILE",
      description = "With --transformed: what the file was made of. Repeat it for each file.")
  private List<Path> originals = List.of();

  @Mixin private SizeOptions sizes;
  @Mixin private Input input;

  @Override
  public Integer call() throws CompileFailure, IOException {
    if (!originals.isEmpty() && !transformed) {
      throw new UsageException(
          "--original goes with --transformed: name the transformed file too.");
    }
    input.settings();
    GeminiConfig config;
    try {
      config = GeminiConfig.fromEnvironment();
    } catch (GeminiConfigException e) {
      throw new UsageException(e.getMessage());
    }
    if (!transformed) {
      input.compile();
    }
    List<SourceFile> files = input.sources();
    Compiler compiler = input.compiler();
    Verifier verifier =
        new Verifier(
            compiler.classPath(),
            compiler.passes(),
            compiler.rules(),
            Instrumentation.library(input.classPath()));
    Verification verification =
        transformed ? verifier.verifyTransformed(files, read(originals)) : verifier.verify(files);
    ScheduleProof schedule = ScheduleProof.of(config);
    MemoryProof memory = memory(config);
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        format == Output.json
            ? VerificationJson.of(verification, schedule, memory)
            : VerificationTable.of(
                verification, schedule, memory, new CaretPrinter(Terminal.colourOut())));
    out.flush();
    return verification.holds() && schedule.holds() && memory.holds()
        ? ExitCode.OK
        : ExitCode.PROGRAM;
  }

  private MemoryProof memory(GeminiConfig config) throws CompileFailure {
    if (config.deviceMemory().isEmpty()) {
      return MemoryProof.none("no limit is set: --device-memory=2GiB sets one");
    }
    if (transformed) {
      return MemoryProof.none("foretold from the original only: verify that");
    }
    Understanding understanding = sizes.understand(input);
    Scenario scenario = sizes.scenario(config, understanding);
    return MemoryProof.of(
        sizes.predictions(scenario, understanding, input.compile()),
        config.deviceMemory().getAsLong());
  }

  private static List<SourceFile> read(List<Path> paths) throws IOException {
    List<SourceFile> files = new java.util.ArrayList<>();
    for (Path path : paths) {
      files.add(SourceFile.read(path));
    }
    return files;
  }
}
