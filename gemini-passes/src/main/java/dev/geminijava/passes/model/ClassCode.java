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
 * @param frame what kind of class it is and where it stands
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
    boolean instrumented,
    Frame frame) {

  /** The kinds of classes. */
  public enum Kind {
    /** A class. */
    CLASS,
    /** An interface, annotations included. */
    INTERFACE,
    /** An enum. */
    ENUM,
    /** A record. */
    RECORD
  }

  /**
   * What kind of class it is and where it stands.
   *
   * @param modifiers as written
   * @param superclass its name, empty for {@code Object} and interfaces
   * @param interfaces the names of those that it declares
   * @param enclosing the class around it; empty at the top
   * @param holdsOuter whether its objects know one of the enclosing class
   * @param components those of a record
   * @param initialisers its initialiser blocks in the order of the text
   */
  public record Frame(
      Kind kind,
      Set<String> modifiers,
      String superclass,
      List<String> interfaces,
      String enclosing,
      boolean holdsOuter,
      List<MethodCode.Parameter> components,
      List<Initialiser> initialisers) {}

  /** An initialiser block. */
  public record Initialiser(boolean isStatic, Statement.Block body) {}

  /** A field. */
  public record FieldCode(
      Span span, String name, String type, Set<String> modifiers, Optional<Expression> value) {}

  /** The name without its package. */
  public String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Whether objects of exactly this class can be made. */
  public boolean isConcrete() {
    return (frame.kind() == Kind.CLASS || frame.kind() == Kind.RECORD)
        && !frame.modifiers().contains("abstract");
  }

  /** A field by its name. */
  public Optional<FieldCode> field(String fieldName) {
    return fields.stream().filter(f -> f.name().equals(fieldName)).findFirst();
  }
}
