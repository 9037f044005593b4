package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GpuPlacementTest {

  private static Gpu gpu(int index, long free, Integer... peers) {
    return new Gpu(index, "GPU", "9.0", 100, free, List.of(peers));
  }

  private static List<Integer> indexes(GpuPlacement placement) {
    return placement.gpus().stream().map(Gpu::index).toList();
  }

  @Test
  void oneGpuHoldsAllRanksAndTheyShareItsMemory() {
    GpuPlacement placement = GpuPlacement.chosen(2, 2, List.of(gpu(0, 80)));
    assertEquals(List.of(0, 0, 0, 0), indexes(placement));
    assertEquals(List.of(20L, 20L, 20L, 20L), placement.freeBytes());
  }

  /** Two pairs that reach each other: a stage gets a pair, whatever the numbers. */
  @Test
  void ranksOfAStageReachEachOther() {
    List<Gpu> there = List.of(gpu(0, 90, 2), gpu(1, 80, 3), gpu(2, 70, 0), gpu(3, 60, 1));
    assertEquals(List.of(0, 2, 1, 3), indexes(GpuPlacement.chosen(2, 2, there)));
  }

  @Test
  void stagesThatFollowEachOtherReachEachOther() {
    List<Gpu> there = List.of(gpu(0, 90, 2), gpu(1, 80), gpu(2, 70, 0));
    assertEquals(List.of(0, 2, 1), indexes(GpuPlacement.chosen(3, 1, there)));
  }

  @Test
  void aFullGpuIsLeftOut() {
    List<Gpu> there = List.of(gpu(0, 1, 1), gpu(1, 90, 0), gpu(2, 80, 1));
    assertEquals(List.of(1, 2), indexes(GpuPlacement.chosen(2, 1, there)));
    assertEquals(List.of(1, 1, 2, 2), indexes(GpuPlacement.chosen(4, 1, there)));
  }

  @Test
  void gpusAreChosenWhereNoneIsNamed() {
    List<Gpu> there = List.of(gpu(0, 10), gpu(1, 40));
    GpuPlacement named = GpuPlacement.of(List.of(1, 0, 0), 2, 1, there);
    assertEquals(List.of(1, 0), indexes(named));
    assertEquals(10, named.leastFreeBytes());
    GpuPlacement chosen = GpuPlacement.of(List.of(), 1, 2, there);
    assertEquals(List.of(1, 1), indexes(chosen));
    assertEquals(20, chosen.leastFreeBytes());
  }

  @Test
  void namedGpusAreTakenAsTheyAreNamed() {
    List<Gpu> there = List.of(gpu(0, 10), gpu(1, 40));
    GpuPlacement placement = GpuPlacement.named(List.of(1, 0, 1), there);
    assertEquals(List.of(1, 0, 1), indexes(placement));
    assertEquals(List.of(20L, 10L, 20L), placement.freeBytes());
    assertEquals(
        "there is no gpu:4, only gpu:0, gpu:1",
        assertThrows(IllegalArgumentException.class, () -> GpuPlacement.named(List.of(0, 4), there))
            .getMessage());
  }

  /**
   * Whatever the machine: every rank has a GPU, and no other number of ranks on each is roomier.
   */
  @Test
  void theSmallestShareIsAsLargeAsCanBe() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(4);
      List<Gpu> there = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int self = i;
        Integer[] peers =
            IntStream.range(0, count)
                .filter(j -> j != self && random.nextBoolean())
                .boxed()
                .toArray(Integer[]::new);
        there.add(gpu(i, 1 + random.nextInt(1000), peers));
      }
      int pipe = 1 + random.nextInt(3);
      int shard = 1 + random.nextInt(3);
      GpuPlacement placement = GpuPlacement.chosen(pipe, shard, there);
      assertEquals(pipe * shard, placement.gpus().size());
      long smallest = Collections.min(placement.freeBytes());
      assertTrue(smallest >= best(there, pipe * shard, 0, Long.MAX_VALUE), "seed " + seed);
    }
  }

  private static long best(List<Gpu> there, int ranks, int from, long smallest) {
    if (ranks == 0) {
      return smallest;
    }
    long best = 0;
    for (int n = 0; from < there.size() && n <= ranks; n++) {
      long share = n == 0 ? Long.MAX_VALUE : there.get(from).freeBytes() / n;
      best = Math.max(best, best(there, ranks - n, from + 1, Math.min(smallest, share)));
    }
    return best;
  }
}
