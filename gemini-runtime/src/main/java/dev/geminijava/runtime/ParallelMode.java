package dev.geminijava.runtime;

import java.util.Locale;

/** How a model is spread over devices. */
public enum ParallelMode {
  /** Picks what suits the model and the devices, and says what. */
  AUTO(true, true),
  /** One device, the program untouched. */
  NONE(false, false),
  /** Every layer's parameters are split over the devices of a stage. */
  SHARDING(true, false),
  /** The layers are cut into stages that work on micro-batches in turn. */
  PIPELINE(false, true),
  /** Stages, each of them sharded. */
  SHARDING_AND_PIPELINE(true, true);

  private final boolean shards;
  private final boolean pipelines;

  ParallelMode(boolean shards, boolean pipelines) {
    this.shards = shards;
    this.pipelines = pipelines;
  }

  /**
   * Reads a mode as {@link #toString} writes it, in any case.
   *
   * @throws IllegalArgumentException naming the modes that exist
   */
  public static ParallelMode parse(String text) {
    return Settings.oneOf(values(), "mode", text);
  }

  /** Whether it may split layers. */
  public boolean shards() {
    return shards;
  }

  /** Whether it may cut into stages. */
  public boolean pipelines() {
    return pipelines;
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
