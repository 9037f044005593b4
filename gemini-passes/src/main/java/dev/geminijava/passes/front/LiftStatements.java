package dev.geminijava.passes.front;

import com.github.javaparser.ast.ArrayCreationLevel;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.VariableDeclarationExpr;
import com.github.javaparser.ast.stmt.AssertStmt;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.BreakStmt;
import com.github.javaparser.ast.stmt.ContinueStmt;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.EmptyStmt;
import com.github.javaparser.ast.stmt.ExplicitConstructorInvocationStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ForEachStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.LabeledStmt;
import com.github.javaparser.ast.stmt.LocalClassDeclarationStmt;
import com.github.javaparser.ast.stmt.LocalRecordDeclarationStmt;
import com.github.javaparser.ast.stmt.ReturnStmt;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.stmt.SwitchStmt;
import com.github.javaparser.ast.stmt.SynchronizedStmt;
import com.github.javaparser.ast.stmt.ThrowStmt;
import com.github.javaparser.ast.stmt.TryStmt;
import com.github.javaparser.ast.stmt.WhileStmt;
import com.github.javaparser.ast.stmt.YieldStmt;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements of the tree as statements of the model. */
final class LiftStatements {

  private final Parsed parsed;
  private final LiftExpressions expressions;

  LiftStatements(Parsed parsed, LiftExpressions expressions) {
    this.parsed = parsed;
    this.expressions = expressions;
  }

  Statement lift(com.github.javaparser.ast.stmt.Statement node) {
    Span span = parsed.span(node);
    if (node instanceof BlockStmt block) {
      List<Statement> statements = new ArrayList<>();
      for (com.github.javaparser.ast.stmt.Statement child : block.getStatements()) {
        statements.addAll(each(child));
      }
      return new Statement.Block(span, List.copyOf(statements));
    }
    if (node instanceof ExpressionStmt) {
      List<Statement> each = each(node);
      return each.size() == 1 ? each.get(0) : new Statement.Block(span, each);
    }
    if (node instanceof IfStmt choice) {
      return new Statement.If(
          span,
          expressions.lift(choice.getCondition()),
          lift(choice.getThenStmt()),
          choice.getElseStmt().map(this::lift));
    }
    if (node instanceof ForEachStmt loop) {
      return forEach(span, loop);
    }
    if (node instanceof ForStmt loop) {
      List<Statement> first = new ArrayList<>();
      loop.getInitialization().forEach(e -> first.addAll(expression(parsed.span(e), e)));
      return new Statement.Loop(
          span,
          List.copyOf(first),
          loop.getCompare().map(expressions::lift),
          loop.getUpdate().stream().map(expressions::lift).toList(),
          lift(loop.getBody()));
    }
    if (node instanceof WhileStmt loop) {
      return new Statement.Loop(
          span,
          List.of(),
          Optional.of(expressions.lift(loop.getCondition())),
          List.of(),
          lift(loop.getBody()));
    }
    if (node instanceof TryStmt attempt) {
      List<Statement> resources = new ArrayList<>();
      attempt.getResources().forEach(e -> resources.addAll(expression(parsed.span(e), e)));
      return new Statement.Try(
          span,
          List.copyOf(resources),
          lift(attempt.getTryBlock()),
          attempt.getCatchClauses().stream().map(c -> lift(c.getBody())).toList(),
          attempt.getFinallyBlock().map(this::lift));
    }
    if (node instanceof ReturnStmt end) {
      return new Statement.Return(span, end.getExpression().map(expressions::lift));
    }
    if (node instanceof ThrowStmt end) {
      return new Statement.Throw(span, expressions.lift(end.getExpression()));
    }
    boolean jumps =
        node instanceof BreakStmt b && b.getLabel().isEmpty()
            || node instanceof ContinueStmt c && c.getLabel().isEmpty();
    if (jumps) {
      return new Statement.Jump(span, node instanceof BreakStmt);
    }
    if (node instanceof EmptyStmt) {
      return new Statement.Block(span, List.of());
    }
    return new Statement.Other(
        span, expressions.uses(node), expressions.assigned(node), inside(node), form(node));
  }

  private Optional<Form> form(com.github.javaparser.ast.stmt.Statement node) {
    if (node instanceof SwitchStmt choice) {
      return Optional.of(cases(choice.getSelector(), choice.getEntries()));
    }
    if (node instanceof ExplicitConstructorInvocationStmt call) {
      return Optional.of(expressions.constructor(call));
    }
    if (node instanceof DoStmt loop) {
      return Optional.of(
          new Form.DoWhile(lift(loop.getBody()), expressions.lift(loop.getCondition())));
    }
    if (node instanceof LabeledStmt named) {
      return Optional.of(new Form.Inside(lift(named.getStatement())));
    }
    if (node instanceof SynchronizedStmt locked) {
      return Optional.of(new Form.Inside(lift(locked.getBody())));
    }
    if (node instanceof YieldStmt value) {
      return Optional.of(new Form.Yield(expressions.lift(value.getExpression())));
    }
    boolean nothing =
        node instanceof LocalClassDeclarationStmt
            || node instanceof LocalRecordDeclarationStmt
            || node instanceof AssertStmt;
    return nothing
        ? Optional.of(new Form.Inside(new Statement.Block(parsed.span(node), List.of())))
        : Optional.empty();
  }

  /** The cases of a switch. */
  Form.Switch cases(Expression selector, List<SwitchEntry> entries) {
    List<Form.Case> cases = new ArrayList<>();
    for (SwitchEntry entry : entries) {
      List<Statement> body = new ArrayList<>();
      entry.getStatements().forEach(statement -> body.addAll(each(statement)));
      cases.add(
          new Form.Case(
              entry.getLabels().stream().map(expressions::lift).toList(),
              List.copyOf(body),
              entry.getType() != SwitchEntry.Type.STATEMENT_GROUP));
    }
    return new Form.Switch(expressions.lift(selector), List.copyOf(cases));
  }

  /** The code directly in a node, in the order of the text. */
  List<Statement> inside(Node node) {
    List<Statement> inside = new ArrayList<>();
    for (Node child : node.getChildNodes()) {
      if (child instanceof com.github.javaparser.ast.stmt.Statement statement) {
        inside.addAll(each(statement));
      } else if (child instanceof Expression expression) {
        inside.addAll(expression(parsed.span(expression), expression));
      } else if (child instanceof Parameter parameter) {
        inside.add(
            new Statement.Local(
                parsed.span(parameter),
                parameter.getNameAsString(),
                expressions.declaredType(parameter, parameter.getType()),
                Optional.empty()));
      } else if (child instanceof SwitchEntry || child instanceof ArrayCreationLevel) {
        inside.addAll(inside(child));
      }
    }
    return List.copyOf(inside);
  }

  /** A statement as a list: several variables may be declared at once. */
  private List<Statement> each(com.github.javaparser.ast.stmt.Statement node) {
    return node instanceof ExpressionStmt statement
        ? expression(parsed.span(node), statement.getExpression())
        : List.of(lift(node));
  }

  private List<Statement> expression(Span span, Expression node) {
    if (node instanceof VariableDeclarationExpr declaration) {
      List<Statement> locals = new ArrayList<>();
      for (VariableDeclarator v : declaration.getVariables()) {
        locals.add(
            new Statement.Local(
                span,
                v.getNameAsString(),
                expressions.declaredType(v, v.getType()),
                v.getInitializer().map(expressions::lift)));
      }
      return List.copyOf(locals);
    }
    return List.of(new Statement.Do(span, expressions.lift(node)));
  }

  private Statement forEach(Span span, ForEachStmt loop) {
    VariableDeclarator variable = loop.getVariableDeclarator();
    String element = expressions.elementType(loop.getIterable());
    return new Statement.ForEach(
        span,
        variable.getNameAsString(),
        expressions.declaredType(variable, variable.getType()),
        expressions.lift(loop.getIterable()),
        element,
        lift(loop.getBody()));
  }
}
