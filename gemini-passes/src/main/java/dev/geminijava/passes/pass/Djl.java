package dev.geminijava.passes.pass;

/** The names by which the passes know DJL and our runtime. */
final class Djl {

  static final String MODEL = "ai.djl.Model";
  static final String BLOCK = "ai.djl.nn.Block";
  static final String NDLIST = "ai.djl.ndarray.NDList";
  static final String PARAMETER_STORE = "ai.djl.training.ParameterStore";

  static final String GEMINI_MODEL = "dev.geminijava.runtime.train.GeminiModel";
  static final String PIPELINE = "dev.geminijava.runtime.Pipeline";
  static final String SHARD_GROUP = "dev.geminijava.runtime.ShardGroup";

  private Djl() {}
}
