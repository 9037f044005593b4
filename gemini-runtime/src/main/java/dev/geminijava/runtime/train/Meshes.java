package dev.geminijava.runtime.train;

import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.GhostBatchNorm;
import dev.geminijava.runtime.DeviceSpec;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.Gpu;
import dev.geminijava.runtime.device.GpuPlacement;
import dev.geminijava.runtime.device.Inventory;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.device.Tf32;
import dev.geminijava.runtime.mesh.DeviceMesh;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The devices laid out for a model.
 *
 * @param mesh the ranks and where their arrays are
 * @param memory what each device may hold at most, if there is a limit
 */
record Meshes(DeviceMesh mesh, OptionalLong memory) {

  /**
   * Chooses the degrees that the configuration leaves open, for this machine.
   *
   * @throws GeminiConfigException if the devices cannot be used
   */
  static Meshes choose(GeminiConfig config, Block block) {
    int cores = Runtime.getRuntime().availableProcessors();
    DeviceMesh mesh = DeviceMesh.choose(config, normalisesOverBatch(block), cores);
    DeviceSpec devices = config.devicesOrDefault();
    if (devices instanceof DeviceSpec.Cpu) {
      return new Meshes(mesh, config.deviceMemory());
    }
    if (devices instanceof DeviceSpec.Apart) {
      List<Memory> apart =
          IntStream.range(0, mesh.size()).<Memory>mapToObj(Memory.Apart::new).toList();
      return new Meshes(mesh.on(apart), config.deviceMemory());
    }
    return onGpus(config, devices, mesh);
  }

  private static Meshes onGpus(GeminiConfig config, DeviceSpec devices, DeviceMesh mesh) {
    Chain.refusal(devices.toString(), devices.count(), System.getenv())
        .ifPresent(
            refusal -> {
              throw new GeminiConfigException(refusal);
            });
    try {
      List<Gpu> there = Inventory.detect().gpus();
      GpuPlacement placement = GpuPlacement.of(devices.indexes(), mesh.pipe(), mesh.shard(), there);
      checkPrecision(config.precision(), placement);
      List<Memory> memories =
          placement.gpus().stream().<Memory>map(gpu -> new Memory.Gpu(gpu.index())).toList();
      long free = placement.leastFreeBytes();
      return new Meshes(
          mesh.on(memories), OptionalLong.of(Math.min(free, config.deviceMemory().orElse(free))));
    } catch (IllegalArgumentException e) {
      throw new GeminiConfigException("devices=" + devices + ": " + e.getMessage());
    }
  }

  private static void checkPrecision(Precision precision, GpuPlacement placement) {
    for (Gpu gpu : placement.gpus()) {
      if (precision != Precision.FP32 && !gpu.multipliesInShort()) {
        throw new GeminiConfigException(
            "precision=%s needs compute capability 8.0, and gpu:%d (%s) has %s: use --precision=fp32"
                .formatted(precision, gpu.index(), gpu.name(), gpu.computeCapability()));
      }
    }
    if (precision == Precision.TF32 && !Tf32.isAllowed()) {
      throw new GeminiConfigException(
          "precision=tf32: libtorch asks the environment for it when it is loaded, and was not told:"
              + " start the program with gemini-java, or export %s=1".formatted(Tf32.VARIABLE));
    }
  }

  private static boolean normalisesOverBatch(Block block) {
    return block instanceof BatchNorm
        || block instanceof GhostBatchNorm
        || block.getChildren().values().stream().anyMatch(Meshes::normalisesOverBatch);
  }
}
