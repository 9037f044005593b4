package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.BreakStmt;
import com.github.javaparser.ast.stmt.ContinueStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ReturnStmt;
import com.github.javaparser.ast.stmt.Statement;
import com.github.javaparser.ast.stmt.ThrowStmt;
import dev.geminijava.passes.front.TrainingStep.Obstacle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The order of a training step: forward, loss and backward in one block, with no way out between.
 *
 * @param parsed the source
 * @param forward the call of the trainer
 * @param evaluate the call of its loss
 * @param backward the call of the gradient collector
 */
record StepOrder(
    Parsed parsed, MethodCallExpr forward, MethodCallExpr evaluate, MethodCallExpr backward) {

  /** What keeps the three from running equally often. */
  Optional<Obstacle> obstacle() {
    Optional<BlockStmt> block = statement(forward).flatMap(StepOrder::block);
    List<Statement> statements = new ArrayList<>();
    block.ifPresent(b -> statements.addAll(b.getStatements()));
    int from = position(statements, forward);
    int middle = position(statements, evaluate);
    int to = position(statements, backward);
    if (from < 0 || middle < from || to < middle) {
      return at(backward, "forward, loss and backward are not in one block, in this order");
    }
    for (Statement between : statements.subList(from, to)) {
      boolean leaves =
          between
              .findFirst(
                  Statement.class,
                  s ->
                      s instanceof ReturnStmt
                          || s instanceof ThrowStmt
                          || s instanceof BreakStmt
                          || s instanceof ContinueStmt)
              .isPresent();
      if (leaves) {
        return at(between, "the step can be left between forward and backward");
      }
    }
    return Optional.empty();
  }

  /** Where a call stands as a statement of its own; negative when it stands elsewhere. */
  private static int position(List<Statement> statements, MethodCallExpr call) {
    Statement own = statement(call).orElse(null);
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i) == own) {
        return i;
      }
    }
    return -1;
  }

  /** The statement that a call is part of, unless it runs later, or not always. */
  private static Optional<Statement> statement(Node call) {
    Node at = call;
    while (at instanceof Expression && !(at instanceof LambdaExpr)
        || at instanceof VariableDeclarator) {
      at = at.getParentNode().orElseThrow();
    }
    return at instanceof ExpressionStmt statement ? Optional.of(statement) : Optional.empty();
  }

  private static Optional<BlockStmt> block(Statement statement) {
    return statement.getParentNode().filter(BlockStmt.class::isInstance).map(BlockStmt.class::cast);
  }

  private Optional<Obstacle> at(Node node, String reason) {
    return Optional.of(new Obstacle(parsed.span(node), reason));
  }
}
