package dev.geminijava.runtime.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which GPU each rank computes on, and how much memory it may hold there.
 *
 * @param gpus each rank's GPU, stage by stage
 * @param freeBytes for each rank, its share of what nobody holds on its GPU
 */
public record GpuPlacement(List<Gpu> gpus, List<Long> freeBytes) {

  /** Copies the lists. */
  public GpuPlacement {
    gpus = List.copyOf(gpus);
    freeBytes = List.copyOf(freeBytes);
  }

  /** What each rank may hold at most, if all may hold the same. */
  public long leastFreeBytes() {
    return freeBytes.stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  private static GpuPlacement on(List<Gpu> gpus) {
    Map<Gpu, Long> ranks =
        gpus.stream().collect(Collectors.groupingBy(gpu -> gpu, Collectors.counting()));
    return new GpuPlacement(
        gpus, gpus.stream().map(gpu -> gpu.freeBytes() / ranks.get(gpu)).toList());
  }

  /**
   * The GPUs that a user named, or those that suit best.
   *
   * @param named their numbers, at least one for each rank; empty if the user named none
   * @param there at least one GPU
   * @throws IllegalArgumentException if one of them is not there
   */
  public static GpuPlacement of(List<Integer> named, int pipe, int shard, List<Gpu> there) {
    return named.isEmpty()
        ? chosen(pipe, shard, there)
        : named(named.subList(0, pipe * shard), there);
  }

  /**
   * The GPUs that a user named.
   *
   * @throws IllegalArgumentException if one of them is not there
   */
  public static GpuPlacement named(List<Integer> indexes, List<Gpu> there) {
    List<Gpu> gpus = new ArrayList<>();
    for (int index : indexes) {
      gpus.add(
          there.stream()
              .filter(gpu -> gpu.index() == index)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "there is no gpu:%d, only %s"
                              .formatted(
                                  index,
                                  there.stream()
                                      .map(gpu -> "gpu:" + gpu.index())
                                      .collect(Collectors.joining(", "))))));
    }
    return on(gpus);
  }

  /**
   * Chooses: the GPUs with most free memory, so many ranks on each as keeps their shares large;
   * ranks of a stage where they reach each other, for they exchange most, and stages that follow
   * each other likewise.
   *
   * @param there at least one GPU
   */
  public static GpuPlacement chosen(int pipe, int shard, List<Gpu> there) {
    Map<Gpu, Integer> seats = seats(pipe * shard, there);
    List<Gpu> placed = new ArrayList<>();
    for (int rank = 0; rank < pipe * shard; rank++) {
      List<Gpu> stage = placed.subList(rank - rank % shard, rank);
      Gpu next =
          seats.keySet().stream()
              .filter(gpu -> seats.get(gpu) > 0)
              .max(
                  Comparator.<Gpu>comparingLong(gpu -> reached(gpu, stage))
                      .thenComparing(gpu -> reached(gpu, last(placed)))
                      .thenComparing(gpu -> last(placed).contains(gpu))
                      .thenComparing(Gpu::freeBytes)
                      .thenComparing(Comparator.comparing(Gpu::index).reversed()))
              .orElseThrow();
      seats.merge(next, -1, Integer::sum);
      placed.add(next);
    }
    return on(placed);
  }

  private static Map<Gpu, Integer> seats(int ranks, List<Gpu> there) {
    Map<Gpu, Integer> seats = new HashMap<>();
    for (int i = 0; i < ranks; i++) {
      Gpu roomiest =
          there.stream()
              .max(
                  Comparator.<Gpu>comparingLong(
                          gpu -> gpu.freeBytes() / (seats.getOrDefault(gpu, 0) + 1))
                      .thenComparing(Comparator.comparing(Gpu::index).reversed()))
              .orElseThrow();
      seats.merge(roomiest, 1, Integer::sum);
    }
    return seats;
  }

  private static List<Gpu> last(List<Gpu> placed) {
    return placed.isEmpty() ? List.of() : placed.subList(placed.size() - 1, placed.size());
  }

  private static long reached(Gpu gpu, List<Gpu> others) {
    return others.stream()
        .filter(
            other ->
                other.equals(gpu)
                    || other.peers().contains(gpu.index()) && gpu.peers().contains(other.index()))
        .count();
  }
}
