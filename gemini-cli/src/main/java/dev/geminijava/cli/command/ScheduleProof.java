package dev.geminijava.cli.command;

import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.ScheduleValidator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was proven of the schedules that the settings allow: every action once, none before its
 * input, no ring of workers that waits for itself, and no more micro-batches held than promised.
 *
 * @param checked how many schedules were looked at
 * @param faults what does not hold, in a line each
 */
record ScheduleProof(int checked, List<String> faults) {

  /** The most stages, and micro-batches for each stage, that are looked at where they are open. */
  private static final int STAGES = 8;

  private static final int ROUNDS = 4;

  static ScheduleProof of(GeminiConfig config) {
    int[] stages =
        config.pipelineDegree().isPresent()
            ? new int[] {config.pipelineDegree().getAsInt()}
            : IntStream.rangeClosed(1, STAGES).toArray();
    List<ScheduleType> types =
        config.schedule().map(List::of).orElse(Arrays.asList(ScheduleType.values()));
    List<String> faults = new ArrayList<>();
    int checked = 0;
    for (ScheduleType type : types) {
      for (int degree : stages) {
        int[] batches =
            config.microBatches().isPresent()
                ? new int[] {config.microBatches().getAsInt()}
                : IntStream.rangeClosed(1, ROUNDS * degree).toArray();
        for (int microBatches : batches) {
          check(type, type.schedule(degree, microBatches), faults);
          checked++;
        }
      }
    }
    return new ScheduleProof(checked, List.copyOf(faults));
  }

  private static void check(ScheduleType type, Schedule schedule, List<String> faults) {
    ScheduleValidator.faults(schedule).forEach(f -> faults.add(title(schedule) + ": " + f));
    for (int stage = 0; stage < schedule.stages(); stage++) {
      int most =
          type == ScheduleType.ONE_F_ONE_B
              ? Math.min(schedule.microBatches(), schedule.stages() - stage)
              : schedule.microBatches();
      if (schedule.peakLive(stage) > most) {
        faults.add(
            "%s: stage %d holds %d micro-batches, more than the %d that there is memory for"
                .formatted(title(schedule), stage, schedule.peakLive(stage), most));
      }
    }
  }

  private static String title(Schedule schedule) {
    return "%s with %d stages and %d micro-batches"
        .formatted(schedule.name(), schedule.stages(), schedule.microBatches());
  }

  boolean holds() {
    return faults.isEmpty();
  }
}
