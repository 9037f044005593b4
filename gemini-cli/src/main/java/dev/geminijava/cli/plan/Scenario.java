package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.shard.GraphWorkload;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.device.Gpu;
import dev.geminijava.runtime.device.GpuPlacement;
import dev.geminijava.runtime.device.Inventory;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.schedule.ScheduleType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a prediction is made for.
 *
 * @param config what the user asked for
 * @param batch samples in a batch, if the user says it
 * @param given values of names in graphs that the user says
 * @param cores of the machine
 * @param optimizer which one trains
 * @param speeds how fast a device is
 */
public record Scenario(
    GeminiConfig config,
    OptionalLong batch,
    Map<String, Long> given,
    int cores,
    Optimizer optimizer,
    Speeds speeds) {

  /** Finds how a model's layers are placed. */
  public interface Placing {
    /**
     * Finds it.
     *
     * @param sizes the values of the names in the graph
     * @param costs of the devices, and over how many of them layers are split
     */
    Placements of(ModelGraph graph, Map<String, Long> sizes, CostModel costs);
  }

  /** The same for devices of these speeds. */
  public Scenario on(Speeds others) {
    return new Scenario(config, batch, given, cores, optimizer, others);
  }

  /** The devices of a run, as far as they are known without a model. */
  public DeviceMesh mesh() {
    return DeviceMesh.choose(config, false, cores);
  }

  /** The degrees and the schedule that a run would choose. */
  public PlanFile plan(boolean normalisesOverBatch, int places, long samples) {
    DeviceMesh mesh = DeviceMesh.choose(config, normalisesOverBatch, cores);
    int stages = Math.min(mesh.pipe(), places + 1);
    int microBatches = normalisesOverBatch || stages == 1 ? 1 : 4 * stages;
    return new PlanFile(
        config.mode(),
        mesh.shard(),
        stages,
        (int) Math.min(samples, stages == 1 ? 1 : config.microBatches().orElse(microBatches)),
        config.schedule().orElse(ScheduleType.ONE_F_ONE_B),
        config.boundaries());
  }

  /**
   * The prediction for a model; empty where nothing of it is understood.
   *
   * @throws IllegalArgumentException if it cannot be cut as the plan says
   */
  public Optional<Prediction> predict(ModelGraph graph, Placing placing) {
    List<String> notes = new ArrayList<>();
    OptionalLong said = graph.batch();
    long samples = batch.orElse(said.orElse(GraphWorkload.ASSUMED_BATCH));
    if (batch.isEmpty() && said.isEmpty()) {
      notes.add(
          "a batch of " + GraphWorkload.ASSUMED_BATCH + " is assumed: --batch-size=N sets another");
    }
    Map<String, Long> sizes = new HashMap<>(given);
    sizes.put(GraphWorkload.BATCH, samples);
    for (Assumption assumption : Assumption.of(graph, Set.copyOf(sizes.keySet()))) {
      sizes.put(assumption.name(), assumption.value());
      notes.add(assumption.note());
    }
    int ranks = plan(Works.normalisesOverBatch(graph), 1_000, samples).shardingSize();
    Placements placements = placing.of(graph, sizes, new CostModel(speeds.machine(), ranks));
    notes.addAll(placements.warnings());
    Works works = Works.of(graph, sizes, placements);
    if (works.works().isEmpty()) {
      return Optional.empty();
    }
    if (!works.unknown().isEmpty()) {
      notes.add(
          "not known: "
              + String.join(", ", works.unknown())
              + "; what depends on it counts as nothing:"
              + " --input-shape says what goes in, --size=NAME=N any other size");
    }
    graph.gaps().stream()
        .map(
            gap ->
                "not understood: %s:%d: %s"
                    .formatted(
                        gap.file().path().getFileName(),
                        gap.file().position(gap.span().start()).line(),
                        gap.why()))
        .distinct()
        .forEach(notes::add);
    if (Works.normalisesOverBatch(graph) && config.microBatches().isEmpty()) {
      notes.add("it normalises over the batch, so batches stay whole: one micro-batch");
    }
    PlanFile plan =
        plan(Works.normalisesOverBatch(graph), Candidates.places(works.works()), samples);
    int line = graph.file().position(graph.span().start()).line();
    Prediction.Subject subject =
        new Prediction.Subject(
            graph.name(),
            graph.file().path().getFileName() + ":" + line,
            samples,
            batch.isPresent() || said.isPresent(),
            optimizer.name(),
            optimizer.states());
    return Optional.of(
        Predict.of(works.works(), subject, plan, speeds, memory(plan, notes), notes));
  }

  /** What a device may hold: what the user says, or what is free on the GPUs that are asked for. */
  private OptionalLong memory(PlanFile plan, List<String> notes) {
    Optional<DeviceSpec> gpus = config.devices().filter(DeviceSpec::areGpus);
    if (config.deviceMemory().isPresent() || gpus.isEmpty()) {
      return config.deviceMemory();
    }
    List<Gpu> there = Inventory.detect().gpus();
    if (there.isEmpty()) {
      notes.add("no GPU is here to ask what is free: --device-memory=SIZE says what each may hold");
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        GpuPlacement.of(gpus.get().indexes(), plan.pipelineDegree(), plan.shardingSize(), there)
            .leastFreeBytes());
  }
}
