package dev.geminijava.passes.verify;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All ranks run the same code, so they meet the same collectives in the same order unless something
 * that differs between them decides about the way. Split values cannot, there is no rule for it.
 * What is left is what a thread draws, measures or is: random numbers of Java's own, clocks, hash
 * codes, the thread itself.
 */
final class MeetingCheck {

  private static final Set<String> OWN_TO_A_THREAD =
      Set.of(
          "java.util.Random",
          "java.util.random.RandomGenerator",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.SplittableRandom",
          "java.security.SecureRandom",
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.util.UUID");
  private static final Set<String> OWN_METHODS =
      Set.of(
          "java.lang.Math.random",
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.identityHashCode",
          "java.lang.Object.hashCode",
          "java.time.Instant.now",
          "java.time.LocalTime.now",
          "java.time.LocalDateTime.now");

  private final Sources sources;
  private final ClassCode code;
  private final Tally tally;

  MeetingCheck(Sources sources, ClassCode code, Tally tally) {
    this.sources = sources;
    this.code = code;
    this.tally = tally;
  }

  void run() {
    Inserted inserted = sources.inserted(code.file());
    for (MethodCode method : code.methods()) {
      List<Span> meetings =
          inserted.splits().stream()
              .filter(w -> method.span().contains(w.inner()))
              .filter(w -> w.how().equals("allReduce") || w.how().equals("gather"))
              .map(Inserted.Wrap::inner)
              .toList();
      tally.checked(Property.MEETINGS, meetings.size());
      if (!meetings.isEmpty()) {
        check(method, meetings, new HashSet<>());
      }
    }
  }

  private void check(MethodCode method, List<Span> meetings, Set<MethodCode> seen) {
    if (!seen.add(method)) {
      return;
    }
    Set<String> own = ownVariables(method);
    Walk.statements(
        method.body(),
        s -> {
          Optional<Expression> condition = condition(s).filter(c -> differs(c, own));
          if (condition.isPresent() && (decides(s, meetings) || leaves(s))) {
            find(condition.get().span());
          }
        });
    for (Expression expression : Walk.expressions(method.body())) {
      guard(expression)
          .filter(c -> differs(c, own))
          .filter(c -> meetings.stream().anyMatch(m -> expression.span().contains(m)))
          .filter(c -> meetings.stream().noneMatch(m -> c.span().contains(m)))
          .ifPresent(c -> find(c.span()));
    }
    for (MethodCode caller : code.methods()) {
      List<Span> calls =
          Walk.expressions(caller.body()).stream()
              .filter(e -> calls(e, method))
              .map(Expression::span)
              .toList();
      if (!calls.isEmpty()) {
        check(caller, calls, seen);
      }
    }
  }

  private boolean calls(Expression expression, MethodCode method) {
    return expression instanceof Expression.Call call
        && call.declaring().equals(code.name())
        && call.method().equals(method.name())
        && call.arguments().size() == method.parameters().size();
  }

  private static Optional<Expression> condition(Statement statement) {
    if (statement instanceof Statement.If choice) {
      return Optional.of(choice.condition());
    }
    if (statement instanceof Statement.ForEach loop) {
      return Optional.of(loop.iterable());
    }
    return statement instanceof Statement.Loop loop ? loop.condition() : Optional.empty();
  }

  private static Optional<Expression> guard(Expression expression) {
    if (expression instanceof Expression.Conditional choice) {
      return Optional.of(choice.condition());
    }
    boolean short_ =
        expression instanceof Expression.Binary both
            && (both.operator().equals("&&") || both.operator().equals("||"));
    return short_ ? Optional.of(((Expression.Binary) expression).left()) : Optional.empty();
  }

  private static boolean decides(Statement statement, List<Span> meetings) {
    return meetings.stream().anyMatch(m -> statement.span().contains(m));
  }

  /** Whether control may go elsewhere from inside, past what comes later. */
  private static boolean leaves(Statement statement) {
    List<Statement> ways = new ArrayList<>();
    Walk.statements(
        statement,
        s -> {
          if (s instanceof Statement.Return
              || s instanceof Statement.Jump
              || s instanceof Statement.Throw) {
            ways.add(s);
          }
        });
    return !ways.isEmpty();
  }

  /** Variables that are given something that is a thread's own. */
  private static Set<String> ownVariables(MethodCode method) {
    Set<String> own = new HashSet<>();
    boolean more = true;
    while (more) {
      int before = own.size();
      Walk.statements(
          method.body(),
          s -> {
            if (s instanceof Statement.Local local
                && local.value().filter(v -> differs(v, own)).isPresent()
                && !local.type().startsWith(Djl.PACKAGE)) {
              own.add(local.name());
            }
          });
      for (Expression e : Walk.expressions(method.body())) {
        if (e instanceof Expression.Assignment a
            && a.target() instanceof Expression.Name name
            && !name.type().startsWith(Djl.PACKAGE)
            && differs(a.value(), own)) {
          own.add(name.name());
        }
      }
      more = own.size() > before;
    }
    return own;
  }

  private static boolean differs(Expression expression, Set<String> own) {
    List<Expression> all = new ArrayList<>();
    Walk.expressions(expression, all::add);
    return all.stream()
        .anyMatch(
            e ->
                e instanceof Expression.Name name && own.contains(name.name())
                    || e instanceof Expression.Call call
                        && Stream.of(call.declaring())
                            .anyMatch(
                                d ->
                                    OWN_TO_A_THREAD.contains(d)
                                        || OWN_METHODS.contains(d + "." + call.method())));
  }

  private void find(Span condition) {
    tally.found(
        sources.finding(
            Property.MEETINGS,
            code.file(),
            condition,
            "this may differ between ranks, and decides which collectives they meet",
            "draw the number from an NDManager, which gives all ranks the same, or decide before"
                + " forward"));
  }
}
