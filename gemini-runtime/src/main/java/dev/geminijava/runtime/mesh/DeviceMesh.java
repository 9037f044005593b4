package dev.geminijava.runtime.mesh;

import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.device.Memory;
import java.util.Collections;
import java.util.List;

/**
 * The devices of a run, arranged as {@code pipe × shard}: one row per pipeline stage, one column
 * per shard rank.
 *
 * @param pipe pipeline stages, at least 1
 * @param shard shard ranks inside each stage, at least 1
 * @param threadsPerRank intra-op threads that each virtual device may use, at least 1
 * @param memories where each rank's arrays are, row by row; there may be more than ranks
 */
public record DeviceMesh(int pipe, int shard, int threadsPerRank, List<Memory> memories) {

  /** Copies the list and checks that it suffices. */
  public DeviceMesh {
    memories = List.copyOf(memories);
    if (pipe < 1 || shard < 1 || threadsPerRank < 1 || memories.size() < pipe * shard) {
      throw new IllegalArgumentException(
          "a mesh needs a device for each rank: %d x %d, %d threads, on %s"
              .formatted(pipe, shard, threadsPerRank, memories));
    }
  }

  /** A mesh of virtual devices, which share the machine's memory. */
  public DeviceMesh(int pipe, int shard, int threadsPerRank) {
    this(pipe, shard, threadsPerRank, Collections.nCopies(pipe * shard, Memory.HOST));
  }

  /** The number of devices. */
  public int size() {
    return pipe * shard;
  }

  /** The same shard axis with every layer in one stage. */
  public DeviceMesh unpiped() {
    return staged(1);
  }

  /** The same shard axis with another number of stages, at most as many as this has. */
  public DeviceMesh staged(int stages) {
    return new DeviceMesh(stages, shard, threadsPerRank, memories);
  }

  /** The same ranks with their arrays elsewhere. */
  public DeviceMesh on(List<Memory> memories) {
    return new DeviceMesh(pipe, shard, threadsPerRank, memories);
  }

  /** Where the arrays of a rank are. */
  public Memory memory(int stage, int rank) {
    return memories.get(device(stage, rank));
  }

  /** Where the arrays of a stage's ranks are, in rank order. */
  public List<Memory> memories(int stage) {
    return memories.subList(stage * shard, (stage + 1) * shard);
  }

  /** True if all ranks' arrays are where the program's own are. */
  public boolean isShared() {
    return memories.stream().allMatch(Memory.HOST::equals);
  }

  /** The name of a rank's device, {@code cpu:3} or {@code gpu:0}. */
  public String deviceName(int stage, int rank) {
    Memory memory = memory(stage, rank);
    return memory.equals(Memory.HOST) ? "cpu:" + device(stage, rank) : memory.toString();
  }

  /** The position of a device in the flat list of devices, row by row. */
  public int device(int stage, int rank) {
    return stage * shard + rank;
  }

  /**
   * Chooses the degrees that the configuration leaves open.
   *
   * <p>{@code auto} pipelines over all devices, because that needs least communication; a model
   * that normalises over the batch cannot be divided into micro-batches without changing its
   * results, so it is sharded instead.
   *
   * @param normalisesOverBatch whether the model does
   * @param cores of the machine
   * @throws GeminiConfigException if the configuration asks for what is not there
   */
  public static DeviceMesh choose(GeminiConfig config, boolean normalisesOverBatch, int cores) {
    int asked = config.shardingSize().orElse(1) * config.pipelineDegree().orElse(1);
    boolean open = config.shardingSize().isEmpty() || config.pipelineDegree().isEmpty();
    int devices =
        config
            .devices()
            .map(DeviceSpec::count)
            .orElseGet(() -> open && asked == 1 ? defaultDevices(config, cores) : asked);
    int shard;
    int pipe;
    if (config.shardingSize().isPresent()) {
      shard = config.shardingSize().getAsInt();
      pipe = config.pipelineDegree().orElse(devices / shard);
    } else if (config.pipelineDegree().isPresent()) {
      pipe = config.pipelineDegree().getAsInt();
      shard = devices / pipe;
    } else if (config.mode() == ParallelMode.SHARDING_AND_PIPELINE) {
      shard = devices % 2 == 0 ? 2 : 1;
      pipe = devices / shard;
    } else {
      shard = normalisesOverBatch ? devices : 1;
      pipe = normalisesOverBatch ? 1 : devices;
    }
    return new DeviceMesh(pipe, shard, Math.max(1, cores / (pipe * shard)));
  }

  private static int defaultDevices(GeminiConfig config, int cores) {
    int least = config.mode() == ParallelMode.SHARDING_AND_PIPELINE ? 4 : 2;
    return Math.max(least, cores);
  }
}
