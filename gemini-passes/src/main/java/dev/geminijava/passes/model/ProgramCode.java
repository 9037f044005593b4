package dev.geminijava.passes.model;

import java.util.List;
import java.util.function.BiPredicate;

/**
 * The classes of a program, and how types relate.
 *
 * @param classes the classes with source
 * @param anonymous the classes that a {@code new} declares, by their binary names
 * @param subtypes whether the first type is the second or one of its subtypes, by qualified names
 */
public record ProgramCode(
    List<ClassCode> classes, List<ClassCode> anonymous, BiPredicate<String, String> subtypes) {

  /** Whether a type is another or one of its subtypes. */
  public boolean isSubtype(String type, String supertype) {
    return type.equals(supertype) || !type.isEmpty() && subtypes.test(type, supertype);
  }
}
