package dev.geminijava.passes.shard;

/** The names by which the analysis knows DJL and our runtime. */
final class Names {

  static final String BLOCK = "ai.djl.nn.Block";
  static final String NDARRAY = "ai.djl.ndarray.NDArray";
  static final String NDLIST = "ai.djl.ndarray.NDList";
  static final String SHAPE = "ai.djl.ndarray.types.Shape";
  static final String INDEX = "ai.djl.ndarray.index.NDIndex";
  static final String PARAMETER_STORE = "ai.djl.training.ParameterStore";
  static final String SHARDS = "dev.geminijava.runtime.Shards";
  static final String SHARD_GROUP = "dev.geminijava.runtime.ShardGroup";

  private Names() {}
}
