package dev.geminijava.passes.model;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A class of a program.
 *
 * @param name its qualified name
 * @param file where it is written
 * @param span all of it
 * @param isBlock whether it is a subtype of {@code ai.djl.nn.Block}
 * @param assignedOutside the fields that something other than a constructor or initialiser changes
 * @param instrumented whether it already calls the runtime's sharding
 */
public record ClassCode(
    String name,
    SourceFile file,
    Span span,
    boolean isBlock,
    List<FieldCode> fields,
    List<MethodCode> constructors,
    List<MethodCode> methods,
    Set<String> assignedOutside,
    boolean instrumented) {

  /** A field. */
  public record FieldCode(
      Span span, String name, String type, Set<String> modifiers, Optional<Expression> value) {}

  /** The name without its package. */
  public String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** A field by its name. */
  public Optional<FieldCode> field(String fieldName) {
    return fields.stream().filter(f -> f.name().equals(fieldName)).findFirst();
  }
}
