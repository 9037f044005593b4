package dev.geminijava.runtime.mesh;

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
}
