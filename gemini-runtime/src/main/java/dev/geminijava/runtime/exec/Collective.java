package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import dev.geminijava.runtime.device.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * A collective that a segment gave a value to, and the leaf that stands for what it got back.
 *
 * @param order counts the lane's collectives in the order in which the program came to them
 * @param export where this rank's value left its graph
 * @param leaf an alias of the leaf that stands for the result on this rank
 * @param adjoint makes the value's gradient of those of all ranks' leaves
 */
record Collective(int order, Export export, NDArray leaf, Adjoint adjoint) {

  /**
   * Meets the other ranks and takes the gradient from them.
   *
   * @param show shows this rank's gradient, which may be null, to the others
   * @param see brings what a rank showed to the memory of another
   * @return the bytes that the others showed
   */
  long takeGradient(
      Meeting meeting, int rank, Function<NDArray, Shown> show, BinaryOperator<Shown> see) {
    Shown mine = show.apply(Arrays.gradient(leaf));
    Merged merged =
        meeting.meet(rank, "backward, " + adjoint.what(), mine, all -> merged(all, see));
    NDArray here = merged.gradients().get(mine.memory());
    export.give(here == null ? null : Arrays.alias(adjoint.part().apply(here), leaf.getManager()));
    leaf.close();
    return merged.bytes() - bytes(mine);
  }

  private static long bytes(Shown shown) {
    return shown.array() == null ? 0 : Arrays.bytes(shown.array());
  }

  /**
   * What the gradients make together, in each memory: once where all ranks share one.
   *
   * @param bytes how many they were
   */
  private record Merged(Map<Memory, NDArray> gradients, long bytes) {}

  private Merged merged(List<Shown> all, BinaryOperator<Shown> see) {
    Map<Memory, NDArray> merged = new HashMap<>();
    for (Shown there : all) {
      if (!merged.containsKey(there.memory())) {
        List<NDArray> seen = new ArrayList<>();
        all.forEach(
            shown -> seen.add(shown.array() == null ? null : see.apply(shown, there).array()));
        merged.put(there.memory(), adjoint.merge().apply(seen));
      }
    }
    return new Merged(merged, all.stream().mapToLong(Collective::bytes).sum());
  }
}
