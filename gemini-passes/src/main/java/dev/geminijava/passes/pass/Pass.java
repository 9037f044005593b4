package dev.geminijava.passes.pass;

import java.util.Set;

/** One step of the compiler: looks at the program, and asks for insertions. */
public interface Pass {

  /** A verb phrase in kebab case: {@code cut-stages}. */
  String name();

  /** What it does, in a sentence for the user. */
  String description();

  /** The facts that earlier passes must have established. */
  default Set<Fact<?>> requires() {
    return Set.of();
  }

  /** The facts that its outcome holds. */
  default Set<Fact<?>> establishes() {
    return Set.of();
  }

  /** Does it. The syntax trees are those of the original text, whatever earlier passes inserted. */
  Outcome run(Unit unit);
}
