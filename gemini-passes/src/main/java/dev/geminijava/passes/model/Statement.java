package dev.geminijava.passes.model;

import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A statement of a program, without the parser's classes. */
public sealed interface Statement {

  /** Where it stands. */
  Span span();

  /** The statements directly inside. */
  default List<Statement> statements() {
    return List.of();
  }

  /** The expressions directly inside. */
  default List<Expression> expressions() {
    return List.of();
  }

  /** A local variable; several declared at once share their span. */
  record Local(Span span, String name, String type, Optional<Expression> value)
      implements Statement {
    @Override
    public List<Expression> expressions() {
      return value.stream().toList();
    }
  }

  /** An expression. */
  record Do(Span span, Expression expression) implements Statement {
    @Override
    public List<Expression> expressions() {
      return List.of(expression);
    }
  }

  /** Statements in braces. */
  record Block(Span span, List<Statement> statements) implements Statement {}

  /** A condition. */
  record If(Span span, Expression condition, Statement then, Optional<Statement> otherwise)
      implements Statement {
    @Override
    public List<Statement> statements() {
      return Stream.concat(Stream.of(then), otherwise.stream()).toList();
    }

    @Override
    public List<Expression> expressions() {
      return List.of(condition);
    }
  }

  /**
   * A loop over the elements of something.
   *
   * @param variable the element's name
   * @param type the variable's type
   * @param element what the walked list is declared to hold, as written; empty when not known
   */
  record ForEach(
      Span span, String variable, String type, Expression iterable, String element, Statement body)
      implements Statement {
    @Override
    public List<Statement> statements() {
      return List.of(body);
    }

    @Override
    public List<Expression> expressions() {
      return List.of(iterable);
    }
  }

  /** Any other loop. */
  record Loop(
      Span span,
      List<Statement> first,
      Optional<Expression> condition,
      List<Expression> update,
      Statement body)
      implements Statement {
    @Override
    public List<Statement> statements() {
      return Stream.concat(first.stream(), Stream.of(body)).toList();
    }

    @Override
    public List<Expression> expressions() {
      return Stream.concat(condition.stream(), update.stream()).toList();
    }
  }

  /** A try statement. */
  record Try(
      Span span,
      List<Statement> resources,
      Statement body,
      List<Statement> handlers,
      Optional<Statement> last)
      implements Statement {
    @Override
    public List<Statement> statements() {
      List<Statement> all = new ArrayList<>(resources);
      all.add(body);
      all.addAll(handlers);
      last.ifPresent(all::add);
      return all;
    }
  }

  /** A return. */
  record Return(Span span, Optional<Expression> value) implements Statement {
    @Override
    public List<Expression> expressions() {
      return value.stream().toList();
    }
  }

  /** A throw: control does not come back. */
  record Throw(Span span, Expression value) implements Statement {
    @Override
    public List<Expression> expressions() {
      return List.of(value);
    }
  }

  /** A break or continue without a label. */
  record Jump(Span span, boolean leaves) implements Statement {}

  /**
   * Anything else: what it uses and which local variables it changes is known.
   *
   * @param inside the code in it
   * @param form what it does, for those who evaluate it
   */
  record Other(
      Span span,
      List<Expression> expressions,
      List<String> assigned,
      List<Statement> inside,
      Optional<Form> form)
      implements Statement {}
}
