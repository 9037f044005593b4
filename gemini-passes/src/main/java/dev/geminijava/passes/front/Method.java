package dev.geminijava.passes.front;

import java.util.List;

/**
 * The method or constructor that a call means. Types are erased and written with their canonical
 * names, {@code int} and {@code ai.djl.ndarray.NDArray[]} for instance.
 *
 * @param owner the class that declares it
 * @param name its name; {@code <init>} for a constructor
 * @param parameterTypes the declared types of its parameters
 * @param returnType the type of the call's value, as far as the call determines it
 * @param isStatic whether it needs no receiver
 * @param isVarArgs whether its last parameter takes any number of arguments
 */
public record Method(
    String owner,
    String name,
    List<String> parameterTypes,
    String returnType,
    boolean isStatic,
    boolean isVarArgs) {

  /** The name that constructors have. */
  public static final String CONSTRUCTOR = "<init>";

  /** Whether it has this owner and name. */
  public boolean is(String owner, String name) {
    return this.owner.equals(owner) && this.name.equals(name);
  }
}
