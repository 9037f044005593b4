package dev.geminijava.tests.random;

import dev.geminijava.passes.CompiledFile;
import dev.geminijava.runtime.trace.Reporter;
import dev.geminijava.tests.model.CompiledModels;
import dev.geminijava.tests.random.Verdict.Fault;
import dev.geminijava.tests.random.Verdict.Kind;
import dev.geminijava.tests.random.Verdict.Spread;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compiles a model, checks the text, runs it in all settings and compares with one device. */
final class Trial {

  private static final int BATCH = 5;
  private static final int STEPS = 3;
  private static final int PATIENCE_SECONDS = 120;
  private static final Pattern SPREAD = Pattern.compile("(\\d+) stages? x (\\d+) shard");
  private static final Pattern SPLIT = Pattern.compile("(\\d+)% of [\\d,]+ parameters split");

  private Trial() {}

  /** Everything that is wrong with a model in some settings, or, without any, with its text. */
  static Verdict of(ModelSource model, List<Setting> settings) {
    Map<Setting, Spread> spreads = new EnumMap<>(Setting.class);
    try (CompiledModels compiled = CompiledModels.of(List.of(model.file()))) {
      Optional<Fault> inText = read(compiled);
      return inText.isPresent() || settings.isEmpty()
          ? new Verdict(spreads, inText)
          : new Verdict(spreads, run(model, compiled, settings, spreads));
    } catch (IllegalStateException e) {
      return new Verdict(spreads, Optional.of(new Fault(Kind.JAVAC, List.of(), e.getMessage())));
    }
  }

  private static Optional<Fault> read(CompiledModels compiled) {
    String warnings =
        compiled.compilation().diagnostics().stream()
            .filter(d -> d.code().startsWith("pass-"))
            .map(Object::toString)
            .collect(Collectors.joining("\n"));
    if (!warnings.isEmpty()) {
      return fault(Kind.PASS, warnings);
    }
    for (CompiledFile file : compiled.compilation().files()) {
      String original = file.original().text();
      if (!file.edits().erase(file.text()).equals(original)
          || original.lines().count() != file.text().lines().count()) {
        return fault(Kind.ERASE, file.text());
      }
    }
    return compiled.verification().failures().stream()
        .findFirst()
        .map(
            failure ->
                new Fault(
                    Kind.VERIFICATION,
                    List.of(),
                    failure.finding().property() + "\n" + failure.finding().diagnostic()));
  }

  private static Optional<Fault> fault(Kind kind, String text) {
    return Optional.of(new Fault(kind, List.of(), text));
  }

  private static Optional<Fault> run(
      ModelSource model,
      CompiledModels compiled,
      List<Setting> settings,
      Map<Setting, Spread> spreads) {
    Optimizers optimizer = optimizer(model);
    Recording alone;
    try {
      alone =
          Recording.of(
              compiled.written(model.name()), optimizer.create(), Mode.NONE.config(), BATCH, STEPS);
    } catch (RuntimeException e) {
      return fault(Kind.NO_MODEL, stackTrace(e));
    }
    if (!alone.isFinite()) {
      return fault(Kind.UNSTABLE, "its numbers are not finite");
    }
    boolean dividable = !model.root().couplesSamples();
    for (Setting setting : settings) {
      Heard heard = new Heard();
      Reporter.use(heard);
      Optional<Fault> fault =
          patiently(
              setting,
              () -> {
                List<String> differences =
                    alone.differences(
                        Recording.of(
                            compiled.rewritten(model.name()),
                            optimizer.create(),
                            setting.config(dividable),
                            BATCH,
                            STEPS,
                            setting.lossInside()));
                return differences.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        new Fault(
                            Kind.DISAGREEMENT, List.of(setting), String.join("\n", differences)));
              });
      if (fault.isPresent()) {
        return fault.get().kind() == Kind.DISAGREEMENT && magnifies(model, compiled, alone)
            ? fault(Kind.UNSTABLE, "it magnifies rounding")
            : fault;
      }
      spreads.put(setting, heard.spread());
    }
    return Optional.empty();
  }

  /** Whether inputs that differ by little more than rounding make as large a difference. */
  private static boolean magnifies(ModelSource model, CompiledModels compiled, Recording alone) {
    Recording shaken =
        Recording.of(
            new Shaken(compiled.written(model.name())),
            optimizer(model).create(),
            Mode.NONE.config(),
            BATCH,
            STEPS);
    return !alone.differences(shaken).isEmpty();
  }

  private static Optimizers optimizer(ModelSource model) {
    return Math.floorMod(model.seed(), 2L) == 0 ? Optimizers.SGD : Optimizers.ADAM;
  }

  private interface Run {
    Optional<Fault> run();
  }

  private static Optional<Fault> patiently(Setting setting, Run run) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread daemon = new Thread(task, "trial");
              daemon.setDaemon(true);
              return daemon;
            });
    try {
      return thread.submit(run::run).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return Optional.of(new Fault(Kind.CRASH, List.of(setting), stackTrace(e.getCause())));
    } catch (TimeoutException e) {
      return Optional.of(new Fault(Kind.HANG, List.of(setting), allStacks()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.shutdownNow();
    }
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String allStacks() {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) ->
                text.append(thread)
                    .append(
                        Arrays.stream(stack)
                            .limit(12)
                            .map(frame -> "\n    " + frame)
                            .collect(Collectors.joining("", "", "\n"))));
    return text.toString();
  }

  /** Hears how the model was spread. */
  private static final class Heard implements Reporter {

    private final List<String> plans = new ArrayList<>();

    @Override
    public synchronized void plan(String text) {
      plans.add(text);
    }

    @Override
    public void note(String text) {}

    @Override
    public void summary(String table) {}

    synchronized Spread spread() {
      String last = plans.isEmpty() ? "" : plans.get(plans.size() - 1);
      Matcher stages = SPREAD.matcher(last);
      Matcher split = SPLIT.matcher(last);
      return new Spread(
          stages.find() ? Integer.parseInt(stages.group(1)) : 1,
          split.find() && !split.group(1).equals("0"));
    }
  }
}
