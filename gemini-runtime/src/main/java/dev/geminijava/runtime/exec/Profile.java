package dev.geminijava.runtime.exec;

import ai.djl.nn.Parameter;
import dev.geminijava.runtime.schedule.StageCost;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What one batch cost between each two neighbouring candidate cuts: measured times, array bytes,
 * the bytes that would cross each cut, and where each parameter is used first.
 */
public final class Profile {

  private final Map<Parameter, Integer> firstUse = new IdentityHashMap<>();
  private final List<long[]> crossings = new ArrayList<>();
  private double[] forwardNanos = new double[0];
  private double[] backwardNanos = new double[0];
  private long[] bytes = new long[0];
  private long sharedBytes;
  private int samples;

  synchronized void uses(Parameter parameter, int slot) {
    firstUse.merge(parameter, slot, Math::min);
  }

  /** Notes a value of one micro-batch that was made in one slot and used in a later one. */
  synchronized void crossed(int from, int to, long size) {
    crossings.add(new long[] {from, to, size});
  }

  /**
   * Takes in a step's measurements. Only its last micro-batches count: the first warms caches,
   * thread pools and kernels up.
   *
   * @param step a recorded step whose forward (and backward, if training) are done
   */
  public synchronized void measure(Step step) {
    List<MicroBatch> microBatches = step.microBatches();
    int from = microBatches.size() > 1 ? 1 : 0;
    for (MicroBatch microBatch : microBatches.subList(from, microBatches.size())) {
      List<Segment> segments = microBatch.lanes.get(0).tape.segments();
      int slots = segments.get(segments.size() - 1).slot + 1;
      if (slots != forwardNanos.length) {
        forwardNanos = new double[slots];
        backwardNanos = new double[slots];
        bytes = new long[slots];
        sharedBytes = 0;
        samples = 0;
      }
      long[] slotBytes = new long[slots];
      long shared = 0;
      for (Segment segment : segments) {
        forwardNanos[segment.slot] += segment.forwardNanos();
        backwardNanos[segment.slot] += segment.backwardNanos();
        slotBytes[segment.slot] += segment.bytes;
        shared += segment.sharedBytes;
      }
      sharedBytes = Math.max(sharedBytes, shared);
      for (int s = 0; s < slots; s++) {
        bytes[s] = Math.max(bytes[s], slotBytes[s]);
      }
      samples++;
    }
  }

  /** Bytes that a rank kept of one micro-batch as its shares of arrays, over all stages. */
  public synchronized long sharedBytes() {
    return sharedBytes;
  }

  /** True once something was measured. */
  public synchronized boolean measured() {
    return samples > 0;
  }

  /**
   * The model as segments between candidate cuts, with mean times per micro-batch.
   *
   * @param stateBytes what a parameter holds on one device: weights, gradient, optimizer state
   */
  public synchronized List<dev.geminijava.runtime.schedule.Segment> segments(
      ToLongFunction<Parameter> stateBytes) {
    int slots = forwardNanos.length;
    long[] parameterBytes = new long[slots];
    firstUse.forEach(
        (parameter, slot) -> {
          if (slot < slots) {
            parameterBytes[slot] += stateBytes.applyAsLong(parameter);
          }
        });
    long[] cutBytes = new long[slots];
    for (long[] crossing : crossings) {
      for (int cut = (int) crossing[0]; cut < crossing[1] && cut < slots; cut++) {
        cutBytes[cut] += crossing[2];
      }
    }
    List<dev.geminijava.runtime.schedule.Segment> segments = new ArrayList<>();
    for (int s = 0; s < slots; s++) {
      StageCost cost =
          new StageCost(
              forwardNanos[s] / samples / 1e9,
              backwardNanos[s] / samples / 1e9,
              bytes[s],
              parameterBytes[s]);
      segments.add(new dev.geminijava.runtime.schedule.Segment(cost, cutBytes[s]));
    }
    return segments;
  }

  /** The stage that uses a parameter first, given the boundaries. */
  public synchronized int stageOf(Parameter parameter, int[] boundaries) {
    Integer slot = firstUse.get(parameter);
    int stage = 0;
    while (slot != null && stage < boundaries.length && slot > boundaries[stage]) {
      stage++;
    }
    return stage;
  }
}
