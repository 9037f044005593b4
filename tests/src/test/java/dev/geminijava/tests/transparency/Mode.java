package dev.geminijava.tests.transparency;

import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;

/** The ways to spread a model that tests go through. */
public enum Mode {
  NONE(ParallelMode.NONE, 1, 1),
  PIPELINE_2(ParallelMode.PIPELINE, 2, 1),
  PIPELINE_3(ParallelMode.PIPELINE, 3, 1),
  SHARDING_2(ParallelMode.SHARDING, 1, 2),
  SHARDING_3(ParallelMode.SHARDING, 1, 3),
  SHARDING_4(ParallelMode.SHARDING, 1, 4),
  TWO_BY_TWO(ParallelMode.SHARDING_AND_PIPELINE, 2, 2);

  private final ParallelMode mode;
  private final int stages;
  private final int ranks;

  Mode(ParallelMode mode, int stages, int ranks) {
    this.mode = mode;
    this.stages = stages;
    this.ranks = ranks;
  }

  /** A configuration to add to. */
  public GeminiConfig.Builder builder() {
    return GeminiConfig.builder().mode(mode).pipelineDegree(stages).shardingSize(ranks).quiet(true);
  }

  /** The same over devices that hold and exchange copies, as GPUs do. */
  public GeminiConfig apart() {
    return builder().devices("apart:" + stages * ranks).build();
  }

  /** The configuration. */
  public GeminiConfig config() {
    return builder().build();
  }
}
