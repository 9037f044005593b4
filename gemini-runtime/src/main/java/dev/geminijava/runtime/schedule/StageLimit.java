package dev.geminijava.runtime.schedule;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a stage may hold.
 *
 * @param liveMicroBatches how many micro-batches it holds at most at a time
 * @param bytes the memory of its device; {@link Long#MAX_VALUE} where there is no limit
 */
public record StageLimit(int liveMicroBatches, long bytes) {

  /** The limits of all stages under a schedule, with the same memory for each. */
  public static List<StageLimit> of(Schedule schedule, long bytes) {
    return IntStream.range(0, schedule.stages())
        .mapToObj(stage -> new StageLimit(schedule.peakLive(stage), bytes))
        .toList();
  }
}
