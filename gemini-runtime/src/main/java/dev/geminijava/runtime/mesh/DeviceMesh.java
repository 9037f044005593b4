package dev.geminijava.runtime.mesh;

import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.ParallelMode;

/**
 * The devices of a run, arranged as {@code pipe × shard}: one row per pipeline stage, one column
 * per shard rank.
 *
 * @param pipe pipeline stages, at least 1
 * @param shard shard ranks inside each stage, at least 1
 * @param threadsPerRank intra-op threads that each virtual device may use, at least 1
 */
public record DeviceMesh(int pipe, int shard, int threadsPerRank) {

  public DeviceMesh {
    if (pipe < 1 || shard < 1 || threadsPerRank < 1) {
      throw new IllegalArgumentException(
          "a mesh needs at least one device: " + pipe + " x " + shard + ", " + threadsPerRank);
    }
  }

  /** The number of devices. */
  public int size() {
    return pipe * shard;
  }

  /** The same shard axis with every layer in one stage. */
  public DeviceMesh unpiped() {
    return new DeviceMesh(1, shard, threadsPerRank);
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
    if (config.devices().orElse(null) instanceof DeviceSpec.Gpu gpu) {
      throw new GeminiConfigException(
          "devices="
              + gpu
              + ": this version places shards on virtual CPU devices only:"
              + " use --devices=cpu:"
              + gpu.count());
    }
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
