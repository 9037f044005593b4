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
 * block by another, the last ones included, behind which there is only the loss. Where the calls of
 * several nested blocks end together, so many candidates stand there with nothing between them.
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
      int ended = ended(works, i);
      long bytes = crossing(works, outputs, i + 1) / microBatches;
      for (int candidate = 0; candidate < ended; candidate++) {
        add(sum(open), bytes, i + 1);
        open.clear();
      }
    }
    add(sum(open), 0, layers);
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

  /** How many blocks' calls end behind a layer. */
  private static int ended(List<Work> works, int layer) {
    String next = layer + 1 == works.size() ? "" : works.get(layer + 1).block();
    return ended(works.get(layer).block(), next);
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

  /** How many candidates a model has. */
  static int places(List<Work> works) {
    return names(works).size();
  }

  /** What each candidate stands behind, in their order. */
  static List<String> names(List<Work> works) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      String open = works.get(i).block();
      for (int ended = ended(works, i); ended > 0; ended--) {
        names.add(open);
        open = parent(open);
      }
    }
    return names;
  }
}
