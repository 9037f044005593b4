package dev.geminijava.passes.front;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.Optional;

/**
 * The variable that a name means.
 *
 * @param kind what sort of variable
 * @param name its name
 * @param type its erased type's canonical name
 * @param owner the class that declares it, or in which it is declared
 * @param file the source that declares it, if it is one of the program's
 * @param span the whole declaration in that source
 */
public record Declaration(
    Kind kind,
    String name,
    String type,
    String owner,
    Optional<SourceFile> file,
    Optional<Span> span) {

  /** The sorts of variables. */
  public enum Kind {
    /** A local variable, resources and patterns included. */
    LOCAL,
    /** A parameter of a method, constructor, lambda or catch clause. */
    PARAMETER,
    /** A field of an instance. */
    FIELD,
    /** A static field, enum constants included. */
    STATIC_FIELD
  }

  /** Whether only the code of one method can see it. */
  public boolean isLocal() {
    return kind == Kind.LOCAL || kind == Kind.PARAMETER;
  }
}
