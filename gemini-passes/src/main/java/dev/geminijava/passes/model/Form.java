package dev.geminijava.passes.model;

import java.util.List;
import java.util.Optional;

/**
 * What an {@code Other} expression or statement does, for those who evaluate programs. Analyses
 * that only ask what is used and changed need not look at it.
 */
public sealed interface Form {

  /** A lambda; a body that is an expression is a return of it. */
  record Lambda(List<String> parameters, Statement body) implements Form {}

  /**
   * A reference to a method or constructor.
   *
   * @param owner the class that declares it
   * @param method its name; {@code <init>} for a constructor
   * @param parameters the types of its parameters, erased
   * @param bound the object before the colons; empty when that is a class
   */
  record Reference(
      String owner,
      String method,
      List<String> parameters,
      boolean isStatic,
      Optional<Expression> bound)
      implements Form {}

  /** An operator before or after one value. */
  record Unary(String operator, boolean prefix, Expression operand) implements Form {}

  /** An element of an array. */
  record Index(Expression array, Expression index) implements Form {}

  /** An array by its lengths, the outermost first. */
  record NewArray(List<Expression> lengths) implements Form {}

  /** A test of a value's class, which may give it a name. */
  record InstanceOf(Expression value, String type, Optional<String> variable) implements Form {}

  /** A class's name, before a dot or as {@code X.class}. */
  record TypeName(String name) implements Form {}

  /** The object itself as one of its superclass, before a dot. */
  record Super(String enclosing) implements Form {}

  /** An enclosing class's object. */
  record Outer(String type) implements Form {}

  /** A switch, with arrows or with colons. */
  record Switch(Expression selector, List<Case> cases) implements Form {}

  /**
   * A case of a switch.
   *
   * @param labels what it is for; empty for the default
   * @param arrow whether it ends without a break; its only statement gives the value
   */
  record Case(List<Expression> labels, List<Statement> body, boolean arrow) {}

  /**
   * A call of another constructor, as the first statement of one.
   *
   * @param parameters the types of its parameters, erased
   */
  record ConstructorCall(
      boolean ofSuper, List<Expression> arguments, List<String> parameters, boolean varArgs)
      implements Form {}

  /** A loop that tests after its body. */
  record DoWhile(Statement body, Expression condition) implements Form {}

  /** A statement inside another that only names or locks it. */
  record Inside(Statement body) implements Form {}

  /** The value of a switch. */
  record Yield(Expression value) implements Form {}
}
