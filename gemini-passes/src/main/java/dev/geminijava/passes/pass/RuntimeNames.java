package dev.geminijava.passes.pass;

/** The names by which the passes know our runtime. */
final class RuntimeNames {

  static final String GEMINI_MODEL = "dev.geminijava.runtime.train.GeminiModel";
  static final String PIPELINE = "dev.geminijava.runtime.Pipeline";
  static final String SHARD_GROUP = "dev.geminijava.runtime.ShardGroup";

  private RuntimeNames() {}
}
