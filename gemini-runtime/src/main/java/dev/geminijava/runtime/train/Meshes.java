package dev.geminijava.runtime.train;

import ai.djl.nn.Block;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.GhostBatchNorm;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.mesh.DeviceMesh;

/** Lays the devices out for a model. */
final class Meshes {

  private Meshes() {}

  /** Chooses the degrees that the configuration leaves open, for this machine. */
  static DeviceMesh choose(GeminiConfig config, Block block) {
    int cores = Runtime.getRuntime().availableProcessors();
    return DeviceMesh.choose(config, normalisesOverBatch(block), cores);
  }

  private static boolean normalisesOverBatch(Block block) {
    return block instanceof BatchNorm
        || block instanceof GhostBatchNorm
        || block.getChildren().values().stream().anyMatch(Meshes::normalisesOverBatch);
  }
}
