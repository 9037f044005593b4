package dev.geminijava.passes.model;

import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Set;

/**
 * A method or constructor with a body.
 *
 * @param span all of it
 * @param name its name; {@code <init>} for a constructor
 * @param modifiers its modifiers as written
 * @param type what it returns, erased
 * @param uses how many calls of it and references to it the file has
 * @param varArgs whether its last parameter takes any number of arguments
 */
public record MethodCode(
    Span span,
    String name,
    Set<String> modifiers,
    String type,
    List<Parameter> parameters,
    Statement.Block body,
    int uses,
    boolean varArgs) {

  /** A parameter. */
  public record Parameter(String name, String type) {}

  /** Whether it runs without an object. */
  public boolean isStatic() {
    return modifiers.contains("static");
  }

  /** Whether nothing outside the class calls or replaces it. */
  public boolean isPrivate() {
    return modifiers.contains("private");
  }
}
