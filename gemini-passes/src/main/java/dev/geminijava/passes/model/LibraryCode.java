package dev.geminijava.passes.model;

import java.util.Optional;

/** The classes of libraries whose sources are there, found by name. */
@FunctionalInterface
public interface LibraryCode {

  /** No library. */
  LibraryCode NONE = name -> Optional.empty();

  /**
   * A class of a library.
   *
   * @param name its qualified name, or the binary one of an anonymous class
   */
  Optional<ClassCode> find(String name);
}
