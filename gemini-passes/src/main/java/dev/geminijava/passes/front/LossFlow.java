package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.InstanceOfExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ForEachStmt;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.front.TrainingStep.Obstacle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Follows the predictions of one training step through the method. They, and everything computed
 * from them, may be looked at and stored; gradients may come from the trainer's loss only.
 */
final class LossFlow {

  private static final String NDLIST = Djl.NDLIST;
  private static final Set<String> TENSORS =
      Set.of(NDLIST, Djl.NDARRAY, "ai.djl.ndarray.NDArray[]", "java.lang.Object");

  /** What a tensor can be asked for without giving away the tensor. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "(void|boolean|byte|short|int|long|float|double|char|java\\.lang\\.(String|Number|Boolean"
              + "|Integer|Long|Float|Double)|ai\\.djl\\.Device|ai\\.djl\\.ndarray\\.(NDManager"
              + "|types\\.\\w+)|java\\.nio\\.\\w+)(\\[])*");

  /** DJL writes operations that change their operand with a final i. */
  private static final Pattern IN_PLACE =
      Pattern.compile("\\w+[^aeiou]i|set\\w*|intern|remove|clear");

  private final Parsed parsed;
  private final Types types;
  private final MethodCallExpr forward;
  private final List<MethodCallExpr> backwards;
  private final Deque<Declaration> followed = new ArrayDeque<>();
  private final Set<Declaration> seen = new HashSet<>();
  private MethodCallExpr evaluate;
  private Declaration loss;
  private boolean reached;

  LossFlow(Parsed parsed, Types types, MethodCallExpr forward, List<MethodCallExpr> backwards) {
    this.parsed = parsed;
    this.types = types;
    this.forward = forward;
    this.backwards = backwards;
  }

  /** The first thing that does not fit, in a method body. */
  Optional<Obstacle> obstacle(Node body) {
    if (backwards.size() > 1) {
      return at(backwards.get(1), "there are several backward passes in this method");
    }
    Optional<Declaration> predictions = declared(forward);
    if (predictions.isEmpty()) {
      return at(forward, "the predictions are not kept in a variable that is set once");
    }
    follow(predictions.get());
    while (!followed.isEmpty()) {
      Declaration variable = followed.poll();
      for (NameExpr use : uses(body, variable)) {
        Optional<Obstacle> obstacle = climb(use, variable.equals(predictions.get()), variable);
        if (obstacle.isPresent()) {
          return obstacle;
        }
      }
    }
    if (!reached) {
      return at(backwards.get(0), "the backward pass does not start at trainer.getLoss()");
    }
    return new StepOrder(parsed, forward, evaluate, backwards.get(0)).obstacle();
  }

  private Optional<Obstacle> climb(NameExpr use, boolean isPredictions, Declaration variable) {
    Expression value = use;
    while (true) {
      Node parent = value.getParentNode().orElseThrow();
      if (parent instanceof EnclosedExpr
          || parent instanceof CastExpr
          || parent instanceof ConditionalExpr choice && choice.getCondition() != value) {
        value = (Expression) parent;
      } else if (parent instanceof MethodCallExpr call) {
        if (isPredictions && value == use && isTrainersLoss(call, value)) {
          if (evaluate != null) {
            return at(call, "the loss is evaluated more than once");
          }
          evaluate = call;
          return lossOf(call);
        }
        if (backwards.contains(call)) {
          boolean isLoss = value == use && variable.equals(loss) && !reached;
          reached |= isLoss;
          return isLoss ? Optional.empty() : at(call, "gradients come from elsewhere as well");
        }
        Optional<Method> method = types.method(call);
        if (method.isEmpty()) {
          return at(call, "it is not known what " + call.getNameAsString() + " does");
        }
        boolean receiver = call.getScope().orElse(null) == value;
        boolean changes =
            receiver
                && (IN_PLACE.matcher(call.getNameAsString()).matches()
                    || call.getNameAsString().equals("add") && types.isA(value, NDLIST));
        if (changes) {
          return at(call, "the predictions are changed in place");
        }
        if (!method.get().owner().startsWith(Djl.PACKAGE)
            && !method.get().owner().startsWith("java.")) {
          return at(call, call.getNameAsString() + " may use the predictions for gradients");
        }
        if (receiver && PLAIN.matcher(method.get().returnType()).matches()) {
          return Optional.empty();
        }
        if (!TENSORS.contains(method.get().returnType())) {
          return receiver
              ? at(call, "it is not followed what becomes of a " + method.get().returnType())
              : Optional.empty();
        }
        value = call;
      } else if (parent instanceof ObjectCreationExpr creation) {
        if (!types.isA(creation, NDLIST)) {
          return types.type(creation).filter(t -> t.startsWith(Djl.PACKAGE)).isPresent()
              ? Optional.empty()
              : at(creation, "it is not followed what becomes of the predictions here");
        }
        value = creation;
      } else {
        return end(value, parent);
      }
    }
  }

  /** Where a value computed from the predictions ends up. */
  private Optional<Obstacle> end(Expression value, Node parent) {
    if (parent instanceof ExpressionStmt
        || parent instanceof BinaryExpr
        || parent instanceof InstanceOfExpr
        || parent instanceof UnaryExpr) {
      return Optional.empty();
    }
    if (parent instanceof VariableDeclarator || parent instanceof ForEachStmt) {
      Node declarator = parent instanceof ForEachStmt loop ? loop.getVariableDeclarator() : parent;
      return declaredBy(declarator)
          .map(this::follow)
          .orElseGet(() -> at(value, "a value computed from the predictions is stored"));
    }
    if (parent instanceof AssignExpr assignment && assignment.getValue() == value) {
      Optional<Declaration> target = types.variable(assignment.getTarget());
      return target.filter(Declaration::isLocal).isPresent()
          ? target.map(this::follow).orElseThrow()
          : at(parent, "a value computed from the predictions is stored");
    }
    return at(value, "it is not followed what becomes of the predictions here");
  }

  private Optional<Obstacle> lossOf(MethodCallExpr call) {
    Node parent = call.getParentNode().orElseThrow();
    if (parent instanceof MethodCallExpr around && backwards.contains(around)) {
      reached = true;
      return Optional.empty();
    }
    Optional<Declaration> variable = declared(call);
    if (variable.isEmpty()) {
      return at(
          call,
          parent instanceof MethodCallExpr
              ? "the loss is changed before the backward pass"
              : "the loss is not kept in a variable that is set once");
    }
    loss = variable.get();
    return follow(loss);
  }

  /**
   * {@code trainer.getLoss().evaluate(labels, predictions)}, with this step's trainer and labels.
   */
  private boolean isTrainersLoss(MethodCallExpr call, Expression predictions) {
    if (!call.getNameAsString().equals("evaluate")
        || call.getArguments().size() != 2
        || call.getArgument(1) != predictions
        || !same(call.getArgument(0), forward.getArgument(1))) {
      return false;
    }
    return call.getScope()
        .map(Call::unwrapped)
        .filter(MethodCallExpr.class::isInstance)
        .map(MethodCallExpr.class::cast)
        .filter(getter -> types.method(getter).filter(m -> m.name().equals("getLoss")).isPresent())
        .flatMap(MethodCallExpr::getScope)
        .filter(trainer -> same(trainer, forward.getScope().orElseThrow()))
        .isPresent();
  }

  /** Whether two expressions are the same variable, or the same getter of the same variable. */
  private boolean same(Expression one, Expression other) {
    Expression a = Call.unwrapped(one);
    Expression b = Call.unwrapped(other);
    if (a instanceof MethodCallExpr first && b instanceof MethodCallExpr second) {
      return first.getNameAsString().equals(second.getNameAsString())
          && first.getNameAsString().startsWith("get")
          && first.getArguments().isEmpty()
          && second.getArguments().isEmpty()
          && first.getScope().isPresent()
          && second.getScope().isPresent()
          && same(first.getScope().get(), second.getScope().get());
    }
    Optional<Declaration> variable = types.variable(a);
    return variable.isPresent() && variable.equals(types.variable(b)) && isSetOnce(variable.get());
  }

  private boolean isSetOnce(Declaration variable) {
    return assignments(variable).stream()
        .allMatch(assignment -> !variable.isLocal() && !isInSameMethod(assignment));
  }

  private List<AssignExpr> assignments(Declaration variable) {
    return parsed
        .tree()
        .findAll(
            AssignExpr.class,
            assignment ->
                types.variable(assignment.getTarget()).filter(variable::equals).isPresent());
  }

  private boolean isInSameMethod(Node node) {
    Node body = forward;
    while (!(body instanceof com.github.javaparser.ast.body.BodyDeclaration<?>)) {
      body = body.getParentNode().orElseThrow();
    }
    return body.isAncestorOf(node);
  }

  private List<NameExpr> uses(Node body, Declaration variable) {
    return body.findAll(
        NameExpr.class,
        name ->
            name.getNameAsString().equals(variable.name())
                && types.variable(name).filter(variable::equals).isPresent()
                && !isTarget(name));
  }

  private static boolean isTarget(NameExpr name) {
    return name.getParentNode().orElse(null) instanceof AssignExpr assignment
        && assignment.getTarget() == name
        && assignment.getOperator() == AssignExpr.Operator.ASSIGN;
  }

  /** The local variable that a value is given to, if it never has another. */
  private Optional<Declaration> declared(Expression value) {
    Node parent = value.getParentNode().orElseThrow();
    if (parent instanceof AssignExpr assignment
        && assignment.getParentNode().orElseThrow() instanceof ExpressionStmt) {
      return types.variable(assignment.getTarget()).filter(v -> isSetBy(assignment, v));
    }
    return parent instanceof VariableDeclarator
        ? declaredBy(parent).filter(this::isSetOnce)
        : Optional.empty();
  }

  /** Of a local variable that is declared empty, javac sees to it that no use comes before. */
  private boolean isSetBy(AssignExpr assignment, Declaration variable) {
    return variable.isLocal()
        && assignments(variable).equals(List.of(assignment))
        && parsed.tree().findAll(VariableDeclarator.class).stream()
            .filter(d -> d.getInitializer().isEmpty())
            .anyMatch(d -> declaredBy(d).filter(variable::equals).isPresent());
  }

  private Optional<Declaration> declaredBy(Node declarator) {
    return types.declared(declarator).filter(Declaration::isLocal);
  }

  private Optional<Obstacle> follow(Declaration variable) {
    if (seen.add(variable)) {
      followed.add(variable);
    }
    return Optional.empty();
  }

  private Optional<Obstacle> at(Node node, String reason) {
    return Optional.of(new Obstacle(parsed.span(node), reason));
  }
}
