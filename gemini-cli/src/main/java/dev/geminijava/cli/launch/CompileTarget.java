package dev.geminijava.cli.launch;

import dev.geminijava.cli.config.Settings;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.mesh.DeviceMesh;

/** What the settings of a run mean for the compiler. */
public final class CompileTarget {

  private static final int MICRO_BATCHES_PER_STAGE = 4;

  private CompileTarget() {}

  /** The devices that layers will be split over; any where the settings leave that open. */
  public static Target of(Settings settings) {
    if (settings.isEmpty()) {
      return Target.ANY;
    }
    try {
      return of(GeminiConfig.fromEnvironment(), Runtime.getRuntime().availableProcessors());
    } catch (GeminiConfigException e) {
      // Whoever runs or plans the program says so.
      return Target.ANY;
    }
  }

  static Target of(GeminiConfig config, int cores) {
    DeviceMesh mesh = DeviceMesh.choose(config, false, cores);
    if (mesh.shard() == 1) {
      return Target.ANY;
    }
    int stages = mesh.pipe();
    int microBatches =
        config.microBatches().orElse(stages == 1 ? 1 : MICRO_BATCHES_PER_STAGE * stages);
    // 1F1B has at most as many micro-batches alive as there are stages.
    double live = Math.min(1, (double) stages / microBatches);
    double memory =
        config.deviceMemory().isPresent()
            ? (double) stages * config.deviceMemory().getAsLong()
            : Double.POSITIVE_INFINITY;
    return new Target(new CostModel(Machine.VIRTUAL_CPU, mesh.shard(), live), memory, true);
  }
}
