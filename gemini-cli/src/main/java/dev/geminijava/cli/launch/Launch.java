package dev.geminijava.cli.launch;

import dev.geminijava.cli.ExitCode;
import dev.geminijava.cli.Fault;
import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.Version;
import dev.geminijava.cli.config.Setting;
import dev.geminijava.cli.config.Settings;
import dev.geminijava.cli.plugin.PluginPath;
import dev.geminijava.passes.shard.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Runs a program from its source file. The launcher script calls it: file first, then arguments.
 */
public final class Launch {

  private Launch() {}

  /**
   * Compiles the program, or finds it compiled, and runs it here.
   *
   * @throws Throwable what the program's main throws, left to the JVM as {@code java} does
   */
  public static void main(String[] args) throws Throwable {
    Path file = Path.of(args[0]);
    MainMethod main = null;
    try {
      Settings settings = settings(file);
      PluginPath plugins = PluginPath.of(settings.get(Setting.PLUGIN));
      main = main(prepare(file, settings, plugins), file.getFileName().toString(), plugins);
    } catch (CompileFailure e) {
      System.err.print(e.getMessage());
      System.exit(ExitCode.PROGRAM);
    } catch (UsageException e) {
      System.err.println("gemini-java: " + e.getMessage());
      System.exit(ExitCode.USAGE);
    } catch (ProgramLinkage e) {
      throw e.getCause();
    } catch (Throwable e) {
      Fault.report(e, System.err);
      System.exit(ExitCode.OURS);
    }
    main.run(Arrays.copyOfRange(args, 1, args.length));
  }

  private static MainMethod main(CompiledProgram program, String fileName, PluginPath plugins)
      throws CompileFailure {
    MemoryLoader loader = new MemoryLoader(program.classes(), plugins.loader());
    Thread.currentThread().setContextClassLoader(loader);
    try {
      return MainMethod.find(program.types(), fileName, loader);
    } catch (LinkageError e) {
      throw new ProgramLinkage(e);
    }
  }

  /** A class of the program's lacks another one: no fault of ours. */
  private static final class ProgramLinkage extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProgramLinkage(LinkageError cause) {
      super(cause);
    }
  }

  private static Settings settings(Path file) throws CompileFailure {
    if (!file.toFile().isFile()) {
      throw new CompileFailure("error: file not found: " + file + "\n");
    }
    return Settings.resolve(
        System.getProperties(), System.getenv(), file.resolveSibling("gemini.yaml"));
  }

  private static CompiledProgram prepare(Path file, Settings settings, PluginPath plugins)
      throws CompileFailure {
    Properties properties = System.getProperties();
    String javac = properties.getProperty("gemini.launch.javac", "");
    ClassPath classPath = ClassPath.current();
    settings.install(properties);

    boolean parallel = !"none".equals(settings.get(Setting.MODE));
    Program program = Program.of(file);
    Target target =
        parallel && program.mentions("ai.djl") ? CompileTarget.of(settings) : Target.ANY;
    String key = key(program, classPath, javac, parallel, plugins) + '\n' + target.key();
    ProgramCache cache = ProgramCache.ofUser(System.getenv(), System.getProperty("user.home"));
    CompiledProgram compiled = cache.find(key);
    if (compiled == null) {
      List<String> options = javac.isEmpty() ? List.of() : Arrays.asList(javac.split("\n"));
      compiled = new Build(options, classPath, parallel, plugins, target).compile(program);
      cache.keep(key, compiled);
    }
    System.err.print(compiled.messages());
    if (parallel && program.mentions("ai.djl")) {
      new Session(settings).open();
    }
    if (!compiled.logging().isEmpty()) {
      properties.putIfAbsent("slf4j.provider", compiled.logging());
      properties.putIfAbsent("slf4j.internal.verbosity", "WARN");
    }

    Settings.forget(properties);
    properties.setProperty("jdk.launcher.sourcefile", file.toAbsolutePath().toString());
    return compiled;
  }

  /** Everything that a compiled program depends on. */
  private static String key(
      Program program, ClassPath classPath, String javac, boolean parallel, PluginPath plugins) {
    StringBuilder key = new StringBuilder();
    key.append(Version.NUMBER).append('\n');
    key.append(System.getProperty("java.vm.version")).append('\n');
    key.append(System.getProperty("java.vm.vendor")).append('\n');
    key.append(parallel).append('\n').append(javac).append('\n');
    List<Path> added = new ArrayList<>(plugins.jars());
    added.addAll(plugins.ruleFiles());
    key.append(classPath.and(added).fingerprint(program.prefixes()));
    for (Source source : program.sources()) {
      key.append('\n').append(source.path()).append(' ').append(source.text().length());
      key.append('\n').append(source.text());
    }
    return key.toString();
  }
}
