package dev.geminijava.runtime;

import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.text.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * What a user asked for. What is absent is for the runtime to choose.
 *
 * <p>A setting is taken from the first of: the builder, the system property {@code gemini.KEY}, the
 * environment variable {@code GEMINI_KEY}, the plan file. The value {@code auto} leaves it open.
 *
 * @param mode how the model is spread
 * @param shardingSize ranks in a stage
 * @param pipelineDegree stages
 * @param microBatches parts of a batch
 * @param sequenceParallel whether sums over the ranks of a stage stay shared out along the sequence
 *     as long as they can
 * @param schedule order of work
 * @param precision how exactly matrices are multiplied
 * @param devices where to run
 * @param plan the plan file that was read
 * @param boundaries the plan's candidate cuts at which stages end; empty if they are to be found
 * @param deviceMemory bytes that each device may hold
 * @param trace where to write a trace of every action
 * @param quiet whether nothing but errors is reported
 */
public record GeminiConfig(
    ParallelMode mode,
    OptionalInt shardingSize,
    OptionalInt pipelineDegree,
    OptionalInt microBatches,
    boolean sequenceParallel,
    Optional<ScheduleType> schedule,
    Precision precision,
    Optional<DeviceSpec> devices,
    Optional<Path> plan,
    List<Integer> boundaries,
    OptionalLong deviceMemory,
    Optional<Path> trace,
    boolean quiet) {

  /**
   * Completes the degrees that follow from the mode and the boundaries.
   *
   * @throws GeminiConfigException if settings contradict each other
   */
  public GeminiConfig {
    if (mode == ParallelMode.NONE) {
      // The baseline: whatever else is set stays without effect, so that one flag switches all off.
      shardingSize = OptionalInt.of(1);
      pipelineDegree = OptionalInt.of(1);
      boundaries = List.of();
      precision = Precision.FP32;
    }
    if (!mode.shards()) {
      shardingSize = one(mode, "shard", "sharding-size", shardingSize);
    }
    if (!mode.pipelines()) {
      pipelineDegree = one(mode, "pipeline", "pipeline-degree", pipelineDegree);
    }
    boundaries = List.copyOf(boundaries);
    if (!boundaries.isEmpty()) {
      int stages = boundaries.size() + 1;
      if (pipelineDegree.orElse(stages) != stages) {
        throw new GeminiConfigException(
            ("the plan's boundaries %s make %d stages, the pipeline degree is %d:"
                    + " use --pipeline-degree=%d or take the boundaries out of the plan")
                .formatted(boundaries, stages, pipelineDegree.getAsInt(), stages));
      }
      pipelineDegree = OptionalInt.of(stages);
    }
    int sharding = shardingSize.orElse(1);
    int pipeline = pipelineDegree.orElse(1);
    if (devices.isPresent() && devices.get().count() < (long) sharding * pipeline) {
      throw new GeminiConfigException(tooFewDevices(sharding, pipeline, devices.get()));
    }
    boolean onGpus = devices.isPresent() && devices.get().areGpus();
    if (precision == Precision.TF32 && !onGpus) {
      throw new GeminiConfigException(
          "precision=tf32: only NVIDIA GPUs multiply in TF32, and "
              + devices.map(some -> "devices=" + some + " are none").orElse("none is asked for")
              + ": use --precision=bf16, or --devices=gpu:0, for example");
    }
  }

  private static OptionalInt one(ParallelMode mode, String verb, String key, OptionalInt degree) {
    if (degree.orElse(1) != 1) {
      throw new GeminiConfigException(
          "mode %s does not %s, and %s is %d: use --mode=%s or leave out --%s"
              .formatted(
                  mode, verb, key, degree.getAsInt(), ParallelMode.SHARDING_AND_PIPELINE, key));
    }
    return OptionalInt.of(1);
  }

  private static String tooFewDevices(int sharding, int pipeline, DeviceSpec devices) {
    long needed = (long) sharding * pipeline;
    String cure =
        devices instanceof DeviceSpec.Cpu
            ? "--devices=cpu:" + needed
            : needed + " GPU numbers (one may stand several times)";
    return ("sharding %d × pipeline %d needs %d devices, --devices=%s has %d:"
            + " use %s or smaller degrees")
        .formatted(sharding, pipeline, needed, devices, devices.count(), cure);
  }

  /** The same with another limit of each device's memory. */
  public GeminiConfig within(OptionalLong bytes) {
    return new GeminiConfig(
        mode,
        shardingSize,
        pipelineDegree,
        microBatches,
        sequenceParallel,
        schedule,
        precision,
        devices,
        plan,
        boundaries,
        bytes,
        trace,
        quiet);
  }

  /** What system properties, environment and plan file say. */
  public static GeminiConfig fromEnvironment() {
    return builder().build();
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  /** The devices asked for, or one virtual CPU device for each rank. */
  public DeviceSpec devicesOrDefault() {
    return devices.orElseGet(
        () ->
            new DeviceSpec.Cpu(
                Math.multiplyExact(shardingSize.orElse(1), pipelineDegree.orElse(1))));
  }

  /** Collects settings; those that are not set come from the environment. */
  public static final class Builder {

    private final Settings settings = new Settings();

    private Builder() {}

    /** How to spread the model. */
    public Builder mode(ParallelMode mode) {
      return put("mode", mode);
    }

    /** Into how many pieces each stage's layers are split. */
    public Builder shardingSize(int ranks) {
      return put("sharding-size", ranks);
    }

    /** Into how many stages the model is cut. */
    public Builder pipelineDegree(int stages) {
      return put("pipeline-degree", stages);
    }

    /** Into how many parts each batch is cut. */
    public Builder microBatches(int count) {
      return put("micro-batches", count);
    }

    /**
     * Whether each rank of a stage keeps only its share of the sequence between split layers, which
     * saves memory.
     */
    public Builder sequenceParallel(boolean shared) {
      return put("sequence-parallel", shared);
    }

    /** In which order the stages work. */
    public Builder schedule(ScheduleType schedule) {
      return put("schedule", schedule);
    }

    /** How exactly to multiply matrices. */
    public Builder precision(Precision precision) {
      return put("precision", precision);
    }

    /** The devices, {@code cpu:4} or {@code gpu:0,1}. */
    public Builder devices(String devices) {
      return put("devices", devices);
    }

    /** A plan to follow where nothing else is set. */
    public Builder plan(Path file) {
      return put("plan", file);
    }

    /** How many bytes each device may hold. */
    public Builder deviceMemory(long bytes) {
      return put("device-memory", bytes);
    }

    /** Where to write a trace that Chrome and Perfetto read. */
    public Builder trace(Path file) {
      return put("trace", file);
    }

    /** Whether to report nothing but errors. */
    public Builder quiet(boolean quiet) {
      return put("quiet", quiet);
    }

    private Builder put(String key, Object value) {
      settings.set(key, String.valueOf(value));
      return this;
    }

    /**
     * The configuration.
     *
     * @throws GeminiConfigException if a setting cannot be read or contradicts another
     */
    public GeminiConfig build() {
      return build(System.getProperties(), System.getenv());
    }

    GeminiConfig build(Properties properties, Map<String, String> environment) {
      Settings all = new Settings(settings);
      all.put(properties);
      all.put(environment);
      Optional<Path> plan = all.get("plan", file -> PlanFile.read(Path.of(file), all));
      return new GeminiConfig(
          all.get("mode", ParallelMode::parse).orElse(ParallelMode.AUTO),
          count(all, "sharding-size"),
          count(all, "pipeline-degree"),
          count(all, "micro-batches"),
          all.get("sequence-parallel", Settings::truth).orElse(false),
          all.get("schedule", ScheduleType::parse),
          all.get("precision", Precision::parse).orElse(Precision.FP32),
          all.get("devices", DeviceSpec::parse),
          plan,
          all.get("boundaries", PlanFile::boundaries).orElse(List.of()),
          all.get("device-memory", ByteSize::parse).stream().mapToLong(Long::longValue).findFirst(),
          all.get("trace", Path::of),
          all.get("quiet", Settings::truth).orElse(false));
    }

    private static OptionalInt count(Settings settings, String key) {
      return settings.get(key, Settings::positive).stream().mapToInt(Integer::intValue).findFirst();
    }
  }
}
