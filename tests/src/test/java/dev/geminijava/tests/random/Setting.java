package dev.geminijava.tests.random;

import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.tests.transparency.Mode;

/** A way to run a model. */
enum Setting {
  PIPELINE_2_WHOLE(Mode.PIPELINE_2, ScheduleType.GPIPE, 1, false),
  PIPELINE_2_1F1B(Mode.PIPELINE_2, ScheduleType.ONE_F_ONE_B, 2, true),
  PIPELINE_2_GPIPE(Mode.PIPELINE_2, ScheduleType.GPIPE, 3, true),
  PIPELINE_3_1F1B(Mode.PIPELINE_3, ScheduleType.ONE_F_ONE_B, 3, true),
  PIPELINE_3(Mode.PIPELINE_3, ScheduleType.GPIPE, 2, false),
  SHARDING_2(Mode.SHARDING_2, ScheduleType.GPIPE, 1, false),
  SHARDING_3(Mode.SHARDING_3, ScheduleType.GPIPE, 1, false),
  SHARDING_4(Mode.SHARDING_4, ScheduleType.GPIPE, 1, false),
  TWO_BY_TWO_1F1B(Mode.TWO_BY_TWO, ScheduleType.ONE_F_ONE_B, 3, true),
  TWO_BY_TWO(Mode.TWO_BY_TWO, ScheduleType.GPIPE, 2, false);

  private final Mode mode;
  private final ScheduleType schedule;
  private final int microBatches;
  private final boolean lossInside;

  Setting(Mode mode, ScheduleType schedule, int microBatches, boolean lossInside) {
    this.mode = mode;
    this.schedule = schedule;
    this.microBatches = microBatches;
    this.lossInside = lossInside;
  }

  boolean lossInside() {
    return lossInside;
  }

  /**
   * The configuration.
   *
   * @param dividable whether micro-batches leave the result as it is; if not, the runtime has to
   *     find that out
   */
  GeminiConfig config(boolean dividable) {
    GeminiConfig.Builder builder = mode.builder().schedule(schedule).quiet(false);
    return (dividable ? builder.microBatches(microBatches) : builder).build();
  }
}
