package dev.geminijava.cli.command;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gemini-java doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check what programs need to run here, from the JDK down to the GPU driver.",
      "Ends with 1 if something is wrong; what is not there is wrong only where it is needed."
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StandardOptions standard;

  @Option(names = "--gpu", description = "GPUs are needed.")
  private boolean gpu;

  @Override
  public Integer call() {
    List<Link> links = new ArrayList<>();
    links.add(jdk());
    links.addAll(Chain.toCpu(System.getenv()));
    List<Link> gpus = Chain.toGpus(System.getenv());
    links.addAll(gpus);
    links.add(
        Tool.link(
            "Graphviz",
            List.of("dot", "-V"),
            "for pictures",
            "apt install graphviz, or make init"));
    links.add(
        Tool.link(
            "MPI",
            List.of("mpirun", "--version"),
            "for several machines, which this version does not use",
            "nothing"));
    DoctorTable table = new DoctorTable(links);
    spec.commandLine().getOut().println(table);
    boolean wrong =
        links.stream().anyMatch(link -> link.status() == Link.Status.WRONG)
            || gpu && !gpus.stream().allMatch(Link::isGood);
    return wrong ? ExitCode.PROGRAM : ExitCode.OK;
  }

  private static Link jdk() {
    String found =
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.home");
    return ToolProvider.getSystemJavaCompiler() == null
        ? Link.wrong("JDK", found + ", without javac", "a JDK, 17 or newer", "set JAVA_HOME to one")
        : Link.good("JDK", found);
  }
}
