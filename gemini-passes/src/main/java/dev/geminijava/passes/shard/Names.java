package dev.geminijava.passes.shard;

/** The names by which the analysis knows our runtime. */
final class Names {

  static final String SHARDS = "dev.geminijava.runtime.Shards";
  static final String SHARD_GROUP = "dev.geminijava.runtime.ShardGroup";

  private Names() {}
}
