package dev.geminijava.cli.plan;

import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.Segment;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.StageLimit;
import dev.geminijava.runtime.schedule.StagePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The places where a stage may end, numbered as the run numbers them: one behind each call of a
 * block by another. Where the calls of several nested blocks end together, so many candidates stand
 * there with nothing between them.
 */
final class Candidates {

  /** Predicted times are not more exact than measured ones: fewer bytes across the cuts decide. */
  private static final double NOISE = 0.02;

  private final List<Segment> segments = new ArrayList<>();
  // How many layers come before each candidate.
  private final List<Integer> before = new ArrayList<>();
  private final int layers;

  /**
   * Finds the candidates.
   *
   * @param cost of one micro-batch
   * @param outputs the bytes of each layer's result, of a whole batch
   */
  Candidates(List<Work> works, Function<Work, StageCost> cost, long[] outputs, int microBatches) {
    layers = works.size();
    List<StageCost> open = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      open.add(cost.apply(works.get(i)));
      int ended = i + 1 == layers ? 0 : ended(works.get(i).block(), works.get(i + 1).block());
      if (ended > 0 || i + 1 == layers) {
        long bytes = i + 1 == layers ? 0 : crossing(works, outputs, i + 1) / microBatches;
        add(sum(open), bytes, i + 1);
        open.clear();
        for (int again = 1; again < ended; again++) {
          add(sum(open), bytes, i + 1);
        }
      }
    }
  }

  private void add(StageCost cost, long cutBytes, int end) {
    segments.add(new Segment(cost, cutBytes));
    before.add(end);
  }

  /** How many blocks' calls end between two layers. */
  static int ended(String block, String next) {
    int count = 0;
    for (String open = block; !open.isEmpty(); open = parent(open)) {
      if (!next.equals(open) && !next.startsWith(open + "/")) {
        count++;
      }
    }
    return count;
  }

  private static String parent(String block) {
    return block.substring(0, Math.max(0, block.lastIndexOf('/')));
  }

  private static StageCost sum(List<StageCost> costs) {
    return new StageCost(
        costs.stream().mapToDouble(StageCost::forwardSeconds).sum(),
        costs.stream().mapToDouble(StageCost::backwardSeconds).sum(),
        costs.stream().mapToLong(StageCost::activationBytes).sum(),
        costs.stream().mapToLong(StageCost::parameterBytes).sum());
  }

  /** The bytes of a whole batch that are made before a layer and used by it or later. */
  static long crossing(List<Work> works, long[] outputs, int layer) {
    return works.subList(layer, works.size()).stream()
        .flatMap(work -> work.inputs().stream())
        .filter(input -> input < layer)
        .distinct()
        .mapToLong(input -> outputs[input])
        .sum();
  }

  /** Cuts the model where the plan says, or else so that the largest stage is smallest. */
  StagePartition partition(PlanFile plan, OptionalLong limit) {
    if (!plan.boundaries().isEmpty()) {
      return StagePartition.at(segments, plan.boundaries());
    }
    Schedule schedule = plan.schedule().schedule(plan.pipelineDegree(), plan.microBatches());
    return StagePartition.balance(
        segments, StageLimit.of(schedule, limit.orElse(Long.MAX_VALUE)), NOISE);
  }

  /** Before which layer each stage ends, if they are cut at these candidates. */
  int[] ends(List<Integer> boundaries) {
    int[] ends = new int[boundaries.size() + 1];
    for (int s = 0; s < boundaries.size(); s++) {
      ends[s] = before.get(boundaries.get(s));
    }
    ends[boundaries.size()] = layers;
    return ends;
  }

  /** How many places there are. */
  int count() {
    return segments.size() - 1;
  }
}
