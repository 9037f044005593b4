package dev.geminijava.passes.lint;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Code that runs for every micro-batch: a block's forward method, a method of the same class that
 * it calls, or a lambda that is a block.
 *
 * @param owner the class
 * @param name the method's name; empty for a lambda
 * @param span all of it
 * @param entry whether the framework calls it
 * @param calls the other methods of the class that it calls, with their arguments
 */
public record Forward(
    ClassCode owner,
    String name,
    Span span,
    List<MethodCode.Parameter> parameters,
    Statement body,
    boolean entry,
    List<Expression.Call> calls) {

  /** All such code of a class: what the framework calls first, then what that calls. */
  static List<Forward> of(ClassCode type, LintUnit unit) {
    List<Forward> found = new ArrayList<>();
    if (type.isBlock()) {
      for (MethodCode method : type.methods()) {
        if (isEntry(method)) {
          found.add(of(type, method, true, unit));
        }
      }
      for (int i = 0; i < found.size(); i++) {
        for (Expression.Call call : found.get(i).calls()) {
          type.methods().stream()
              .filter(m -> matches(call, m))
              .filter(m -> found.stream().noneMatch(f -> f.span().equals(m.span())))
              .findFirst()
              .ifPresent(m -> found.add(of(type, m, false, unit)));
        }
      }
    }
    List<Statement> bodies = new ArrayList<>();
    type.fields().forEach(f -> f.value().ifPresent(v -> bodies.add(new Statement.Do(f.span(), v))));
    type.constructors().forEach(c -> bodies.add(c.body()));
    type.methods().forEach(m -> bodies.add(m.body()));
    bodies.stream()
        .flatMap(body -> Walk.allExpressions(body).stream())
        .forEach(expression -> found.addAll(lambdas(type, expression, unit)));
    return found;
  }

  /** Whether a call on the own object means a method, as far as name and number of arguments go. */
  static boolean matches(Expression.Call call, MethodCode method) {
    return call.method().equals(method.name())
        && call.arguments().size() == method.parameters().size();
  }

  private static boolean isEntry(MethodCode method) {
    return (method.name().equals("forward") || method.name().equals("forwardInternal"))
        && !method.parameters().isEmpty()
        && method.parameters().get(0).type().equals(Djl.PARAMETER_STORE);
  }

  private static Forward of(ClassCode type, MethodCode method, boolean entry, LintUnit unit) {
    return new Forward(
        type,
        method.name(),
        method.span(),
        method.parameters(),
        method.body(),
        entry,
        ownCalls(method.body(), unit));
  }

  private static List<Expression.Call> ownCalls(Statement body, LintUnit unit) {
    return Walk.allExpressions(body).stream()
        .filter(Expression.Call.class::isInstance)
        .map(Expression.Call.class::cast)
        .filter(call -> call.receiver().map(LintUnit::isSelf).orElse(true))
        .filter(call -> !call.method().matches("initialize\\w*|prepare|beforeInitialize"))
        .filter(call -> !unit.isOn(call, Djl.NDARRAY) && !call.declaring().equals(Djl.NDARRAYS))
        .toList();
  }

  /** {@code new LambdaBlock(list -> …)}, {@code sequence.add(list -> …)} and their like. */
  private static List<Forward> lambdas(ClassCode type, Expression maker, LintUnit unit) {
    boolean makesBlock =
        maker instanceof Expression.Creation creation
                && (creation.type().equals(Djl.LAMBDA_BLOCK)
                    || creation.type().equals(Djl.PARALLEL_BLOCK))
            || maker instanceof Expression.Call call
                && (unit.isOn(call, Djl.SEQUENTIAL_BLOCK)
                    || unit.isOn(call, Djl.PARALLEL_BLOCK)
                    || call.declaring().equals(Djl.LAMBDA_BLOCK));
    if (!makesBlock) {
      return List.of();
    }
    List<Forward> found = new ArrayList<>();
    for (Expression argument : maker.parts()) {
      if (argument instanceof Expression.Other lambda && lambda.what().equals("Lambda")) {
        List<MethodCode.Parameter> parameters = new ArrayList<>();
        List<Statement> body = new ArrayList<>();
        for (Statement statement : lambda.inside()) {
          if (body.isEmpty()
              && statement instanceof Statement.Local local
              && local.value().isEmpty()) {
            parameters.add(new MethodCode.Parameter(local.name(), local.type()));
          } else {
            body.add(statement);
          }
        }
        Statement.Block block = new Statement.Block(lambda.span(), List.copyOf(body));
        found.add(
            new Forward(type, "", lambda.span(), List.copyOf(parameters), block, true, List.of()));
      }
    }
    return found;
  }
}
