package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A loop whose rounds may be shared out among the ranks: each is about one of several equal pieces
 * of what is split, such as one head of attention. A rank that has some of the pieces goes through
 * the loop as often as it has pieces, and meets nobody there: so nothing in the loop may be about
 * the ranks together, and nothing but the pieces may be picked by the number of the round.
 */
final class Rounds {

  private static final Set<String> ARRAYS =
      Set.of(
          Djl.NDARRAY,
          Djl.NDLIST,
          Djl.SHAPE,
          Djl.NDINDEX,
          "ai.djl.ndarray.NDArrays",
          "ai.djl.ndarray.NDResource",
          "ai.djl.ndarray.internal.NDArrayEx",
          "ai.djl.nn.Activation");

  private static final Set<String> MADE =
      Set.of("create", "zeros", "ones", "full", "arange", "eye");

  private final Statement loop;
  private final String name;
  private final Optional<String> variable;
  private final Frame frame;
  private final Optional<Expression> bound;
  private final int branches;
  private final Set<Span> picks = new HashSet<>();
  private final Map<String, Value.Array> collected = new LinkedHashMap<>();
  private final Dim count;
  private Map<String, Value> before = Map.of();
  private Flow flow = Flow.NONE;

  private Rounds(
      Statement loop,
      String name,
      Optional<String> variable,
      Frame frame,
      Optional<Expression> bound,
      Dim count) {
    this.loop = loop;
    this.name = name;
    this.variable = variable;
    this.frame = frame;
    this.bound = bound;
    this.count = count;
    this.branches = frame.branches;
  }

  /** A loop that counts from zero, by ones, up to a number that is a size. */
  static Optional<Rounds> counted(Statement.Loop loop, Interpreter interpreter) {
    Frame frame = interpreter.frame;
    if (loop.first().size() != 1
        || loop.update().size() != 1
        || !(loop.first().get(0) instanceof Statement.Local start)
        || !(start.value().orElse(null) instanceof Expression.Literal zero)
        || !zero.value().equals(Optional.of(0L))
        || !(loop.condition().orElse(null) instanceof Expression.Binary until)
        || !until.operator().equals("<")
        || !(until.left() instanceof Expression.Name counter)
        || !counter.name().equals(start.name())
        || !isStep(loop.update().get(0), start.name())
        || Walk.assigned(loop.body()).contains(start.name())
        || reads(until.right(), Walk.assigned(loop))) {
      return Optional.empty();
    }
    return interpreter.evaluate(until.right()) instanceof Value.Size size
        ? Optional.of(
            new Rounds(
                loop,
                interpreter.analysis.fresh(),
                Optional.of(start.name()),
                frame,
                Optional.of(until.right()),
                size.dim()))
        : Optional.empty();
  }

  /** A loop over pieces that are shared out. */
  static Rounds over(Value.Turns pieces, Statement.ForEach loop, Interpreter interpreter) {
    Rounds rounds =
        new Rounds(
            loop,
            interpreter.analysis.fresh(),
            Optional.empty(),
            interpreter.frame,
            Optional.empty(),
            pieces.count());
    rounds.flow = pieces.item().flow();
    return rounds;
  }

  private static boolean isStep(Expression update, String variable) {
    if (!(update instanceof Expression.Other other)
        || !(other.form().orElse(null) instanceof Form.Unary unary)) {
      return false;
    }
    return unary.operator().equals("++") && other.assigned().equals(List.of(variable));
  }

  String name() {
    return name;
  }

  /** The number of the round. */
  Dim round() {
    return Dim.symbol(name);
  }

  Optional<String> variable() {
    return variable;
  }

  /** One of the pieces, as the rank sees it that has it. */
  Value.Array piece(Value.Array item) {
    return Value.Array.turn(item.shape(), item.flow(), name);
  }

  /**
   * Whether a call picks the piece whose number is that of the round, of as many as there are
   * rounds; the loop is shared out from now on.
   *
   * @param written the arguments that say so
   */
  boolean picks(Dim index, Dim pieces, List<Expression> written, Flow of, Analysis analysis) {
    if (!index.equals(round()) || !pieces.equals(count)) {
      return false;
    }
    written.forEach(expression -> picks.add(expression.span()));
    flow = flow.and(of);
    bound.ifPresent(size -> new Place(analysis, frame).shrink(size, of));
    return true;
  }

  /** Takes note that each round adds an array to an empty list. */
  void collect(String list, Value.Array item, Span span) {
    boolean empty = before.get(list) instanceof Value.Arrays arrays && arrays.items().isEmpty();
    boolean once = frame.branches == branches && collected.putIfAbsent(list, item) == null;
    if (!empty || !once) {
      throw new Refusal(
          span, "this list does not get one array from each round of a loop", item.sources());
    }
  }

  /** The loop is about to begin. */
  void begin(Map<String, Value> variables) {
    before = variables;
  }

  /** The lists that the rounds have filled. */
  Map<String, Value> filled() {
    Map<String, Value> lists = new LinkedHashMap<>();
    collected.forEach(
        (list, item) ->
            lists.put(
                list, new Value.Turns(count, Value.Array.turn(item.shape(), item.flow(), name))));
    return lists;
  }

  /** Fails if the rounds cannot be shared out, although some piece was picked in them. */
  void check(Analysis analysis) {
    if (flow.sources().isEmpty()) {
      return;
    }
    Walk.statements(
        body(),
        s -> {
          if (s instanceof Statement.Jump || s instanceof Statement.Return) {
            throw refuse(s.span(), "leaves a loop whose rounds would be shared out");
          }
        });
    checkCalls(body(), new ArrayList<>(), analysis);
    boolean meets =
        analysis.marks.values().stream()
                .anyMatch(
                    m ->
                        m.role() == Mark.Role.COLLECTIVE
                            && m.method() == frame.method
                            && body().span().contains(m.span()))
            || analysis.sums.beginIn(frame.method, body().span());
    if (meets) {
      throw refuse(loop.span(), "has rounds in which the ranks would have to meet");
    }
    variable.ifPresent(this::checkNumbers);
  }

  private Statement body() {
    return loop.statements().get(loop.statements().size() - 1);
  }

  private Refusal refuse(Span span, String why) {
    return new Refusal(span, "this " + why, flow.sources());
  }

  /** Arrays may be calculated with; layers and random numbers are about the ranks together. */
  private void checkCalls(Statement code, List<MethodCode> seen, Analysis analysis) {
    for (Expression expression : Walk.allExpressions(code)) {
      if (!(expression instanceof Expression.Call call)) {
        continue;
      }
      Optional<MethodCode> own = analysis.ownMethod(call);
      boolean made =
          call.declaring().equals("ai.djl.ndarray.NDManager") && MADE.contains(call.method());
      if (own.isPresent() && !seen.contains(own.get())) {
        seen.add(own.get());
        checkCalls(own.get().body(), seen, analysis);
      } else if (own.isEmpty()
          && !made
          && !ARRAYS.contains(call.declaring())
          && !call.declaring().startsWith("java.")) {
        throw refuse(call.span(), "is called in a loop whose rounds would be shared out");
      }
    }
  }

  /** The number of the round means another piece on each rank: it may pick pieces, no more. */
  private void checkNumbers(String counter) {
    Set<String> numbers = new HashSet<>(Set.of(counter));
    Set<Span> allowed = new HashSet<>(picks);
    boolean more = true;
    while (more) {
      int before = numbers.size();
      Walk.statements(
          body(),
          s -> {
            if (s instanceof Statement.Local local
                && (local.type().equals("int") || local.type().equals("long"))
                && local.value().filter(v -> reads(v, numbers)).isPresent()) {
              numbers.add(local.name());
              allowed.add(local.value().get().span());
            }
          });
      more = numbers.size() > before;
    }
    for (Expression expression : Walk.allExpressions(body())) {
      if (expression instanceof Expression.Name name
          && numbers.contains(name.name())
          && allowed.stream().noneMatch(a -> a.contains(name.span()))) {
        throw refuse(
            name.span(), "number means another round on each rank, and picks what is not split");
      }
    }
    if (Walk.assigned(body()).stream().anyMatch(numbers::contains)) {
      throw refuse(loop.span(), "counts in a way that is not understood");
    }
  }

  private static boolean reads(Expression expression, Set<String> variables) {
    List<Expression> all = new ArrayList<>();
    Walk.everything(expression, s -> {}, all::add);
    return all.stream()
        .anyMatch(e -> e instanceof Expression.Name name && variables.contains(name.name()));
  }
}
