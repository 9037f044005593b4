package dev.geminijava.runtime.schedule;

import dev.geminijava.runtime.text.ByteSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * The dynamic program behind {@link StagePartition}: over (stage, segments placed so far), once for
 * the largest time, once for the bytes across the cuts under that time.
 */
final class PartitionSearch {

  private static final double INFEASIBLE = Double.POSITIVE_INFINITY;

  private final List<Segment> segments;
  private final List<StageLimit> limits;
  // Sums over all segments before an index, so that any stage's cost is a difference.
  private final double[] forward;
  private final double[] backward;
  private final long[] activation;
  private final long[] parameter;

  /** What stage {@code s} costs if it holds the segments from {@code i} to before {@code j}. */
  private interface Cost {
    double of(int s, int i, int j);
  }

  PartitionSearch(List<Segment> segments, List<StageLimit> limits) {
    this.segments = segments;
    this.limits = limits;
    int n = segments.size();
    forward = new double[n + 1];
    backward = new double[n + 1];
    activation = new long[n + 1];
    parameter = new long[n + 1];
    for (int i = 0; i < n; i++) {
      StageCost cost = segments.get(i).cost();
      forward[i + 1] = forward[i] + cost.forwardSeconds();
      backward[i + 1] = backward[i] + cost.backwardSeconds();
      activation[i + 1] = activation[i] + cost.activationBytes();
      parameter[i + 1] = parameter[i] + cost.parameterBytes();
    }
  }

  StagePartition balance(double tolerance) {
    if (limits.isEmpty() || segments.size() < limits.size()) {
      throw new InfeasiblePartitionException(
          ("%d stages need %d cuts, and the model has %d places to cut:"
                  + " use a pipeline degree of at most %d")
              .formatted(limits.size(), limits.size() - 1, segments.size() - 1, segments.size()));
    }
    int[] fastest = minimise((s, i, j) -> fits(s, i, j) ? seconds(i, j) : INFEASIBLE, Math::max);
    if (fastest.length == 0) {
      throw new InfeasiblePartitionException(tooLarge());
    }
    double bound = partition(fastest).largestSeconds() * (1 + tolerance);
    return partition(
        minimise(
            (s, i, j) -> fits(s, i, j) && seconds(i, j) <= bound ? cutBytes(i) : INFEASIBLE,
            Double::sum));
  }

  /** The partition whose stages end before the given segments. */
  StagePartition partition(int[] ends) {
    List<Integer> boundaries = new ArrayList<>();
    List<StageCost> stages = new ArrayList<>();
    long cut = 0;
    int start = 0;
    for (int end : ends) {
      if (start > 0) {
        boundaries.add(start - 1);
        cut += cutBytes(start);
      }
      stages.add(cost(start, end));
      start = end;
    }
    return new StagePartition(boundaries, stages, cut);
  }

  /** Where the stages end in the cheapest partition; empty if every one is infeasible. */
  private int[] minimise(Cost cost, DoubleBinaryOperator combine) {
    int stages = limits.size();
    int n = segments.size();
    double[] best = new double[n + 1];
    Arrays.fill(best, INFEASIBLE);
    best[0] = 0;
    int[][] start = new int[stages][n + 1];
    for (int s = 0; s < stages; s++) {
      double[] next = new double[n + 1];
      Arrays.fill(next, INFEASIBLE);
      // Each stage before and after this one keeps at least one segment.
      for (int j = s + 1; j <= n - (stages - 1 - s); j++) {
        for (int i = s; i < j; i++) {
          if (best[i] < next[j]) {
            double total = combine.applyAsDouble(best[i], cost.of(s, i, j));
            if (total < next[j]) {
              next[j] = total;
              start[s][j] = i;
            }
          }
        }
      }
      best = next;
    }
    if (best[n] == INFEASIBLE) {
      return new int[0];
    }
    int[] ends = new int[stages];
    for (int s = stages - 1, j = n; s >= 0; j = start[s][j], s--) {
      ends[s] = j;
    }
    return ends;
  }

  private String tooLarge() {
    StagePartition smallest =
        partition(
            minimise((s, i, j) -> cost(i, j).bytes(limits.get(s).liveMicroBatches()), Math::max));
    int worst = 0;
    long needed = -1;
    long excess = Long.MIN_VALUE;
    for (int s = 0; s < limits.size(); s++) {
      long bytes = smallest.stages().get(s).bytes(limits.get(s).liveMicroBatches());
      needed = Math.max(needed, bytes);
      if (bytes - limits.get(s).bytes() > excess) {
        excess = bytes - limits.get(s).bytes();
        worst = s;
      }
    }
    StageCost cost = smallest.stages().get(worst);
    StageLimit limit = limits.get(worst);
    return ("no cut into %d stages fits the memory: at best stage %d needs %s"
            + " (%s for parameters, gradients and optimizer state, %d live micro-batches of %s),"
            + " its device has %s: use --device-memory=%s, more stages or more micro-batches")
        .formatted(
            limits.size(),
            worst,
            ByteSize.format(cost.bytes(limit.liveMicroBatches())),
            ByteSize.format(cost.parameterBytes()),
            limit.liveMicroBatches(),
            ByteSize.format(cost.activationBytes()),
            ByteSize.format(limit.bytes()),
            ByteSize.roundedUp(needed));
  }

  private boolean fits(int s, int i, int j) {
    StageLimit limit = limits.get(s);
    return parameter[j] - parameter[i] + limit.liveMicroBatches() * (activation[j] - activation[i])
        <= limit.bytes();
  }

  private double seconds(int i, int j) {
    return forward[j] - forward[i] + (backward[j] - backward[i]);
  }

  private long cutBytes(int i) {
    return i == 0 ? 0 : segments.get(i - 1).cutBytes();
  }

  private StageCost cost(int i, int j) {
    return new StageCost(
        forward[j] - forward[i],
        backward[j] - backward[i],
        activation[j] - activation[i],
        parameter[j] - parameter[i]);
  }
}
