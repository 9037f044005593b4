package dev.geminijava.tests.random;

import dev.geminijava.tests.random.Verdict.Fault;
import dev.geminijava.tests.random.Verdict.Kind;
import dev.geminijava.tests.random.Verdict.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Many random models: {@code Soak [models [seed]]}. Prints each fault with the smallest model that
 * shows it, and a table at the end, also when it is interrupted; ends with 1 if there was a fault.
 */
public final class Soak {

  private int models;
  private int split;
  private int cut;
  private int unstable;
  private final List<Shrink.Found> faults = new ArrayList<>();
  private final Map<Setting, int[]> counts = new EnumMap<>(Setting.class);

  private Soak() {
    for (Setting setting : Setting.values()) {
      counts.put(setting, new int[4]);
    }
  }

  /** Runs. */
  public static void main(String[] args) {
    int models = args.length > 0 ? Integer.parseInt(args[0]) : 500;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Soak soak = new Soak();
    long begin = System.nanoTime();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.print(soak.table())));
    for (int i = 0; i < models; i++) {
      soak.add(Draw.model(seed + i));
      if ((i + 1) % 10 == 0 || i + 1 == models) {
        System.err.printf(
            Locale.ROOT,
            "%d of %d models, %d faults, %.0f s%n",
            i + 1,
            models,
            soak.faults.size(),
            (System.nanoTime() - begin) / 1e9);
      }
      if (soak.faults.stream().anyMatch(found -> found.fault().kind() == Kind.HANG)) {
        System.err.println("a run hangs; its threads cannot be ended, so the soak ends here");
        break;
      }
    }
    System.exit(soak.faults.isEmpty() ? 0 : 1);
  }

  private void add(ModelSource model) {
    Verdict verdict = Trial.of(model, List.of(Setting.values()));
    if (verdict.spreads().values().stream().anyMatch(Spread::split)) {
      split++;
    }
    if (verdict.spreads().values().stream().anyMatch(spread -> spread.stages() > 1)) {
      cut++;
    }
    verdict
        .spreads()
        .forEach(
            (setting, spread) -> {
              int[] count = counts.get(setting);
              count[0]++;
              count[1] += spread.split() ? 1 : 0;
              count[2] += spread.stages() > 1 ? 1 : 0;
            });
    models++;
    verdict.fault().ifPresent(fault -> add(model, fault));
  }

  private void add(ModelSource model, Fault fault) {
    if (fault.kind() == Kind.UNSTABLE) {
      unstable++;
      return;
    }
    System.out.println("seed " + model.seed() + ", " + fault + "\nlooking for a smaller one …");
    fault.settings().forEach(setting -> counts.get(setting)[3]++);
    Shrink.Found found =
        fault.kind() == Kind.HANG || fault.kind() == Kind.NO_MODEL
            ? new Shrink.Found(model, fault)
            : Shrink.smallest(model, fault);
    faults.add(found);
    System.out.println(found.report());
  }

  private String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d models: %d with split layers, %d cut into stages, %d too unstable to compare,"
                + " %d with a fault%n",
            models,
            split,
            cut,
            unstable,
            faults.size()));
    text.append(
        String.format(
            Locale.ROOT, "%-18s %6s %6s %6s %7s%n", "setting", "ran", "split", "cut", "faults"));
    counts.forEach(
        (setting, count) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-18s %6d %6d %6d %7d%n",
                    setting,
                    count[0],
                    count[1],
                    count[2],
                    count[3])));
    for (Shrink.Found found : faults) {
      text.append("seed ").append(found.model().seed()).append(": ");
      text.append(found.fault().kind()).append(' ').append(found.fault().settings()).append('\n');
    }
    return text.toString();
  }
}
