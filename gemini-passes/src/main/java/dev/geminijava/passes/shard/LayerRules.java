package dev.geminijava.passes.shard;

import java.util.List;

/** A plug-in with rules for layers, found by {@link java.util.ServiceLoader}. */
public interface LayerRules {

  /** The rules. */
  List<LayerRule> layers();
}
