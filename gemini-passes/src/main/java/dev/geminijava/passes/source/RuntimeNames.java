package dev.geminijava.passes.source;

/** The names by which the compiler knows the runtime: what it inserts calls of. */
public final class RuntimeNames {

  /** What all names of the runtime begin with. */
  public static final String PACKAGE = "dev.geminijava.runtime.";

  /** Models that train and predict in parallel. */
  public static final String GEMINI_MODEL = PACKAGE + "train.GeminiModel";

  /** Collectors whose gradients flow through the stages. */
  public static final String GEMINI_COLLECTOR = PACKAGE + "train.GeminiCollector";

  /** Checkpoints that appear when they are complete. */
  public static final String CHECKPOINT = PACKAGE + "train.Checkpoint";

  /** Where stages may end. */
  public static final String PIPELINE = PACKAGE + "Pipeline";

  /** What begins a split. */
  public static final String SHARDS = PACKAGE + "Shards";

  /** Layers that are split together. */
  public static final String SHARD_GROUP = PACKAGE + "ShardGroup";

  /** What a stage knows of its thread. */
  public static final String LANE = PACKAGE + "exec.Lane";

  private RuntimeNames() {}
}
