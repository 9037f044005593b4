package dev.geminijava.runtime.device;

import java.util.List;

/**
 * A GPU.
 *
 * @param index its number, as in {@code gpu:0}
 * @param name its maker's name for it
 * @param computeCapability the version of its instruction set, {@code 9.0}
 * @param totalBytes its memory
 * @param freeBytes what of it nobody held when it was asked
 * @param peers the GPUs whose memory it can reach directly
 */
public record Gpu(
    int index,
    String name,
    String computeCapability,
    long totalBytes,
    long freeBytes,
    List<Integer> peers) {

  /** Copies the list. */
  public Gpu {
    peers = List.copyOf(peers);
  }

  /** Whether it multiplies in TF32 and bfloat16: from compute capability 8.0. */
  public boolean multipliesInShort() {
    return Integer.parseInt(computeCapability.split("\\.")[0]) >= 8;
  }
}
