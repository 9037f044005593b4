package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loops that take one value through a list of layers. Which neighbours are split together is seen
 * at run time, when the list is there.
 */
final class Chains {

  private final ClassCode code;
  private final String pass;

  Chains(ClassCode code, String pass) {
    this.code = code;
    this.pass = pass;
  }

  /** The edits for all such loops of a class. */
  List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    for (MethodCode method : code.methods()) {
      Walk.statements(
          method.body(),
          s -> {
            if (s instanceof Statement.ForEach loop && loop.element().equals(Djl.BLOCK)) {
              prefix(method, loop).ifPresent(open -> edits.add(edit(loop, open)));
            }
          });
    }
    return edits;
  }

  private Edit edit(Statement.ForEach loop, String open) {
    return Edit.wrap(
        loop.iterable().span(),
        open + "#{" + RuntimeNames.SHARDS + "}.chain(",
        ")",
        pass,
        "neighbours in this chain of layers may be split together");
  }

  /** What stands before the chain, or nothing if the loop does something else, too. */
  private Optional<String> prefix(MethodCode method, Statement.ForEach loop) {
    List<Expression> inside = Walk.expressions(loop.body());
    List<Expression.Name> layers = named(inside, loop.variable());
    Optional<Expression.Assignment> step =
        inside.stream()
            .filter(Expression.Assignment.class::isInstance)
            .map(Expression.Assignment.class::cast)
            .filter(a -> threads(a, loop.variable()))
            .findFirst();
    boolean onlyStep = loop.type().equals(Djl.BLOCK);
    if (!onlyStep || layers.size() != 1 || step.isEmpty() || !isFirst(loop.body(), step.get())) {
      return Optional.empty();
    }
    String current = ((Expression.Name) step.get().target()).name();
    List<Expression.Name> uses = new ArrayList<>(named(inside, current));
    uses.removeIf(use -> step.get().span().contains(use.span()));
    if (uses.isEmpty()) {
      return Optional.of("");
    }
    return uses.size() == 1 ? collected(method, loop, inside, uses.get(0)) : Optional.empty();
  }

  private static boolean isFirst(Statement body, Expression.Assignment step) {
    Statement first =
        body instanceof Statement.Block block && !block.statements().isEmpty()
            ? block.statements().get(0)
            : body;
    return first instanceof Statement.Do action && action.expression() == step;
  }

  private static boolean threads(Expression.Assignment assignment, String layer) {
    Expression value = assignment.value();
    if (value instanceof Expression.Call cut
        && cut.method().equals("cut")
        && cut.arguments().size() == 1) {
      value = cut.arguments().get(0);
    }
    return assignment.target() instanceof Expression.Name current
        && assignment.operator().equals("=")
        && value instanceof Expression.Call call
        && call.method().equals("forward")
        && call.arguments().size() >= 3
        && call.receiver().filter(r -> isNamed(r, layer)).isPresent()
        && isNamed(call.arguments().get(1), current.name());
  }

  private static boolean isNamed(Expression expression, String name) {
    return expression instanceof Expression.Name n && n.name().equals(name);
  }

  private static List<Expression.Name> named(List<Expression> expressions, String name) {
    return expressions.stream()
        .filter(e -> isNamed(e, name))
        .map(Expression.Name.class::cast)
        .toList();
  }

  /** What lies between the layers is kept: where somebody looks at it, the layers stay whole. */
  private Optional<String> collected(
      MethodCode method, Statement.ForEach loop, List<Expression> inside, Expression.Name use) {
    Optional<String> list =
        inside.stream()
            .filter(Expression.Call.class::isInstance)
            .map(Expression.Call.class::cast)
            .filter(c -> c.method().equals("add") && c.arguments().equals(List.of(use)))
            .flatMap(c -> c.receiver().stream())
            .filter(Expression.Name.class::isInstance)
            .map(r -> ((Expression.Name) r).name())
            .findFirst();
    if (list.isEmpty() || named(inside, list.get()).size() != 1) {
      return Optional.empty();
    }
    List<Expression.Name> reads =
        new ArrayList<>(named(Walk.expressions(method.body()), list.get()));
    reads.removeIf(r -> loop.span().contains(r.span()));
    if (reads.isEmpty()) {
      return Optional.of("");
    }
    List<Statement.If> choices = new ArrayList<>();
    Walk.statements(
        method.body(),
        s -> {
          if (s instanceof Statement.If choice && isSteady(choice.condition(), method)) {
            choices.add(choice);
          }
        });
    return choices.stream()
        .filter(c -> reads.stream().allMatch(r -> c.then().span().contains(r.span())))
        .findFirst()
        .map(
            c ->
                code.file().text(c.condition().span())
                    + " ? "
                    + code.file().text(loop.iterable().span())
                    + " : ");
  }

  private boolean isSteady(Expression condition, MethodCode method) {
    if (condition instanceof Expression.Name name) {
      return method.parameters().stream().anyMatch(p -> p.name().equals(name.name()))
          && !Walk.assigned(method.body()).contains(name.name());
    }
    return condition instanceof Expression.Field field
        && field.owner().isEmpty()
        && field.declaring().equals(code.name())
        && Walk.expressions(method.body()).stream()
            .noneMatch(
                e ->
                    e instanceof Expression.Assignment a
                        && a.target() instanceof Expression.Field target
                        && target.name().equals(field.name()));
  }
}
