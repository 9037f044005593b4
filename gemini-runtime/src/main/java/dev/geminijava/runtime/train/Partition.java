package dev.geminijava.runtime.train;

import ai.djl.nn.Parameter;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Profile;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.parameter.Placements;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.Segment;
import dev.geminijava.runtime.schedule.StageLimit;
import dev.geminijava.runtime.schedule.StagePartition;
import java.util.List;
import java.util.function.ToLongFunction;

/** Cuts a measured model into stages. */
final class Partition {

  // Times of one batch are not more exact than this, so fewer bytes across the cuts decide.
  private static final double NOISE = 0.02;

  private Partition() {}

  /**
   * The candidate cuts that end the stages: the largest stage as small as can be, under the memory
   * of each device.
   *
   * @param stateBytes what a parameter holds on one device
   */
  static int[] boundaries(
      GeminiConfig config,
      DeviceMesh mesh,
      Profile profile,
      int microBatches,
      ToLongFunction<Parameter> stateBytes) {
    List<Segment> segments = profile.segments(stateBytes);
    int stages = Math.min(mesh.pipe(), segments.size());
    Schedule schedule = config.schedule().orElse(ScheduleType.GPIPE).schedule(stages, microBatches);
    List<StageLimit> limits = StageLimit.of(schedule, config.deviceMemory().orElse(Long.MAX_VALUE));
    return StagePartition.balance(segments, limits, NOISE).boundaries().stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** What a parameter holds on one device: its piece, the gradient, and the optimizer's state. */
  static long stateBytes(Parameter parameter, Placements placements, int optimizerStates) {
    long bytes = Arrays.bytes(parameter.getArray()) / placements.parts(parameter);
    return parameter.requiresGradient() ? bytes * (2 + optimizerStates) : bytes;
  }
}
