package dev.geminijava.runtime.schedule;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A model cut into stages. A pipeline's step takes the sum of the stages' times plus (m-1) times
 * the largest, and the sum is given, so the best cut is the one with the smallest largest stage.
 *
 * @param boundaries the candidates at which a stage ends, ascending: candidate {@code i} stands
 *     after segment {@code i}; one less than there are stages
 * @param stages what each stage costs
 * @param cutBytes what one micro-batch sends on over all boundaries
 */
public record StagePartition(List<Integer> boundaries, List<StageCost> stages, long cutBytes) {

  /** Stage times this close, relatively, are the same: sums of measured times round differently. */
  private static final double ROUNDING = 1e-9;

  /** Copies the lists. */
  public StagePartition {
    boundaries = List.copyOf(boundaries);
    stages = List.copyOf(stages);
  }

  /** The largest stage's time for one micro-batch. */
  public double largestSeconds() {
    return stages.stream().mapToDouble(StageCost::seconds).max().orElse(0);
  }

  /**
   * The partition with the smallest largest stage time under the limits, exactly; among those, one
   * with the fewest bytes across its cuts. Takes stages × segments² steps.
   *
   * @param segments the model in order; there is a candidate cut after each but the last
   * @param limits one for each stage
   * @throws InfeasiblePartitionException if there is none
   */
  public static StagePartition balance(List<Segment> segments, List<StageLimit> limits) {
    return balance(segments, limits, ROUNDING);
  }

  /**
   * As {@link #balance(List, List)}, where largest stage times within a relative tolerance of the
   * best are as good: for measured times, which are not that exact.
   */
  public static StagePartition balance(
      List<Segment> segments, List<StageLimit> limits, double tolerance) {
    return new PartitionSearch(segments, limits).balance(Math.max(tolerance, ROUNDING));
  }

  /**
   * The partition with given boundaries.
   *
   * @throws IllegalArgumentException if they are not ascending candidates
   */
  public static StagePartition at(List<Segment> segments, List<Integer> boundaries) {
    int previous = -1;
    for (int boundary : boundaries) {
      if (boundary <= previous || boundary > segments.size() - 2) {
        throw new IllegalArgumentException(
            "boundaries %s: expected ascending candidates between 0 and %d"
                .formatted(boundaries, segments.size() - 2));
      }
      previous = boundary;
    }
    int[] ends =
        IntStream.concat(
                boundaries.stream().mapToInt(boundary -> boundary + 1),
                IntStream.of(segments.size()))
            .toArray();
    return new PartitionSearch(segments, List.of()).partition(ends);
  }
}
