package dev.geminijava.runtime.train;

import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.GhostBatchNorm;
import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.mesh.DeviceMesh;

/** Lays the devices out for a model. */
final class Meshes {

  private Meshes() {}

  /**
   * Chooses the degrees that the configuration leaves open.
   *
   * <p>{@code auto} pipelines over all devices, because that needs least communication; a model
   * that normalises over the batch cannot be divided into micro-batches without changing its
   * results, so it is sharded instead.
   */
  static DeviceMesh choose(GeminiConfig config, Block block) {
    int cores = Runtime.getRuntime().availableProcessors();
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
      boolean whole = normalisesOverBatch(block);
      shard = whole ? devices : 1;
      pipe = whole ? 1 : devices;
    }
    return new DeviceMesh(pipe, shard, Math.max(1, cores / (pipe * shard)));
  }

  private static int defaultDevices(GeminiConfig config, int cores) {
    int least = config.mode() == ParallelMode.SHARDING_AND_PIPELINE ? 4 : 2;
    return Math.max(least, cores);
  }

  private static boolean normalisesOverBatch(Block block) {
    return block instanceof BatchNorm
        || block instanceof GhostBatchNorm
        || block.getChildren().values().stream().anyMatch(Meshes::normalisesOverBatch);
  }
}
