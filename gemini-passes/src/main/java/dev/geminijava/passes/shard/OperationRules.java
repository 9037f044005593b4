package dev.geminijava.passes.shard;

import java.util.List;

/** A plug-in with rules for methods, found by {@link java.util.ServiceLoader}. */
public interface OperationRules {

  /** The rules. */
  List<OperationRule> operations();
}
