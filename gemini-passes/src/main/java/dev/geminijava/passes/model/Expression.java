package dev.geminijava.passes.model;

import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;

/** An expression of a program, without the parser's classes. Types are erased and qualified. */
public sealed interface Expression {

  /** Where it stands, without parentheses around it. */
  Span span();

  /** Its static type, erased and qualified; empty when it is not known. */
  String type();

  /** What it is made of, in the order of evaluation. */
  default List<Expression> parts() {
    return List.of();
  }

  /** A local variable or parameter. */
  record Name(Span span, String type, String name) implements Expression {}

  /** The enclosing object. */
  record This(Span span, String type) implements Expression {}

  /** A constant that is written out. */
  record Literal(Span span, String type, Optional<Object> value) implements Expression {}

  /**
   * A field.
   *
   * @param owner the object; empty for the enclosing one and for static fields
   * @param declaring the class that declares it
   */
  record Field(Span span, String type, Optional<Expression> owner, String declaring, String name)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return owner.stream().toList();
    }
  }

  /**
   * A method call.
   *
   * @param receiver the object; empty for the enclosing one and for static methods
   * @param declaring the class that declares the method
   * @param parameters the types of its parameters, erased; empty when it is not known
   * @param varArgs whether its last parameter takes any number of arguments
   */
  record Call(
      Span span,
      String type,
      Optional<Expression> receiver,
      String declaring,
      String method,
      List<Expression> arguments,
      List<String> parameters,
      boolean varArgs)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return java.util.stream.Stream.concat(receiver.stream(), arguments.stream()).toList();
    }
  }

  /**
   * A constructor call.
   *
   * @param arguments those of the constructor, then the names that an anonymous class uses
   * @param body whether it makes an anonymous class
   * @param parameters the types of the constructor's parameters, erased
   * @param varArgs whether its last parameter takes any number of arguments
   * @param outer the object of the enclosing class, where that is written
   */
  record Creation(
      Span span,
      String type,
      List<Expression> arguments,
      boolean body,
      List<String> parameters,
      boolean varArgs,
      Optional<Expression> outer)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return arguments;
    }
  }

  /** An operator between two values. */
  record Binary(Span span, String type, String operator, Expression left, Expression right)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return List.of(left, right);
    }
  }

  /** A cast. */
  record Cast(Span span, String type, Expression value) implements Expression {
    @Override
    public List<Expression> parts() {
      return List.of(value);
    }
  }

  /** An assignment; the operator is {@code =}, {@code +=}, … */
  record Assignment(Span span, String type, Expression target, String operator, Expression value)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return List.of(target, value);
    }
  }

  /** A choice between two values. */
  record Conditional(
      Span span, String type, Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public List<Expression> parts() {
      return List.of(condition, then, otherwise);
    }
  }

  /** An array that is written out. */
  record ArrayOf(Span span, String type, List<Expression> items) implements Expression {
    @Override
    public List<Expression> parts() {
      return items;
    }
  }

  /**
   * Anything else: what it uses is known, what it does is not.
   *
   * @param what its kind; {@code owner::name} for a reference to a method
   * @param parts the expressions and, in lambdas, the names that it uses
   * @param assigned the local variables that it changes
   * @param inside the code in it: what operators are applied to, and the bodies of lambdas, whose
   *     parameters come first, as variables without a value
   * @param form what it does, for those who evaluate it
   */
  record Other(
      Span span,
      String type,
      String what,
      List<Expression> parts,
      List<String> assigned,
      List<Statement> inside,
      Optional<Form> form)
      implements Expression {}
}
