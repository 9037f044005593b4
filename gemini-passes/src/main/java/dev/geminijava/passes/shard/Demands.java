package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the rules ask for in a class once it is said which layers are split: nothing is chosen here.
 * Whoever checks a text compares this with what stands in it.
 */
public final class Demands {

  private final Analysis analysis;
  private final Map<MethodCode, List<Value>> results;

  private Demands(Analysis analysis, Map<MethodCode, List<Value>> results) {
    this.analysis = analysis;
    this.results = results;
  }

  /**
   * Asks the rules.
   *
   * @param columns the layers whose output features are split, by the span of the receiver, and of
   *     how many parts these consist
   * @param heads the layers that are split for themselves, by the span of the receiver
   * @param reduced the calls around which the ranks' summands are added up
   * @param ranks how many axes the inputs of layers are said to have, by the span of the input
   * @throws Refusal where a split value meets something that has no rule for it
   */
  public static Demands of(
      ProgramCode program,
      ClassCode code,
      Wrappers wrappers,
      Map<Span, Integer> columns,
      Set<Span> gathered,
      Set<Span> heads,
      Set<Span> reduced,
      Map<Span, Integer> ranks) {
    Set<Span> whole = new HashSet<>();
    Set<Span> ahead = new HashSet<>();
    Map<Span, Integer> parts = new HashMap<>();
    Map<Span, Integer> axes = new HashMap<>();
    for (MethodCode method : code.methods()) {
      for (Expression expression : Walk.expressions(method.body())) {
        if (expression instanceof Expression.Call call && call.method().equals("forward")) {
          call.arguments().stream()
              .filter(input -> ranks.containsKey(input.span()))
              .forEach(input -> axes.put(call.span(), ranks.get(input.span())));
          Integer split = call.receiver().map(r -> columns.get(r.span())).orElse(null);
          if (call.receiver().filter(r -> heads.contains(r.span())).isPresent()) {
            ahead.add(call.span());
          } else if (split == null) {
            whole.add(call.span());
          } else {
            parts.put(call.span(), split);
          }
        }
      }
    }
    Fields fields = new Fields(program, wrappers);
    Choices choices = new Choices(whole, gathered, ahead, reduced, parts, axes);
    Analysis analysis =
        new Analysis(program, code, wrappers.rules(), fields, fields.of(code), choices, "?");
    Map<MethodCode, List<Value>> results = new LinkedHashMap<>();
    code.methods().stream()
        .filter(m -> !m.isPrivate())
        .filter(m -> m.parameters().stream().anyMatch(p -> p.type().equals(Djl.PARAMETER_STORE)))
        .forEach(m -> results.put(m, Execution.entry(analysis, m).returned));
    analysis.sums.settleRest();
    analysis.checkAssumptions();
    return new Demands(analysis, results);
  }

  /**
   * The shapes of the arrays that each method returns whose result is known to be arrays, one list
   * for each return; sizes that have no name are called {@code ?} with a number.
   */
  public Map<MethodCode, List<List<Extents>>> shapes() {
    Map<MethodCode, List<List<Extents>>> shapes = new LinkedHashMap<>();
    results.forEach(
        (method, values) ->
            shapes.put(
                method,
                values.stream()
                    .filter(Value.Arrays.class::isInstance)
                    .map(v -> ((Value.Arrays) v).items().stream().map(Value.Array::shape).toList())
                    .toList()));
    return shapes;
  }

  /** Every insertion that some rule asks for. */
  public List<Mark> marks() {
    return List.copyOf(analysis.marks.values());
  }

  /** Where splits end: all that each of them asks for. */
  public List<Flow> ends() {
    return List.copyOf(analysis.sinks);
  }

  /** The loops over lists of layers that may be split when the list is there. */
  public List<Edit> chains() {
    return new Chains(analysis.code, "").edits();
  }

  /**
   * Marks that some caller of their method needs and another one must not have, or whose method may
   * be called by somebody who is not known.
   */
  public List<Mark> disputed() {
    return analysis.visitsByMethod().entrySet().stream()
        .flatMap(
            e -> {
              MethodCode method = e.getKey();
              List<Analysis.Visit> visits = e.getValue();
              Set<Mark.Key> all =
                  visits.stream().flatMap(v -> v.marks().stream()).collect(Collectors.toSet());
              long calls = visits.stream().flatMap(v -> v.call().stream()).distinct().count();
              boolean known = calls == 0 || method.isPrivate() && calls == method.uses();
              return all.stream()
                  .filter(k -> !known || visits.stream().anyMatch(v -> !v.marks().contains(k)));
            })
        .map(analysis.marks::get)
        .distinct()
        .toList();
  }

  /**
   * The size that an expression has at a place, where it is the same whoever calls.
   *
   * @param place an offset in the method
   * @param expression written in terms of the class's fields and the method's variables
   */
  public Optional<Dim> size(MethodCode method, int place, Expression expression) {
    Frame frame = new Frame(method, Optional.empty());
    Set<String> changed = Walk.assigned(method.body());
    analysis.sizes.stream()
        .filter(s -> s.method() == method && s.from() <= place && !changed.contains(s.name()))
        .collect(Collectors.groupingBy(Analysis.LocalSize::name))
        .forEach(
            (name, sizes) -> {
              if (sizes.stream().map(Analysis.LocalSize::size).distinct().count() == 1) {
                frame.variables.put(name, new Value.Size(sizes.get(0).size()));
              }
            });
    try {
      return new Interpreter(analysis, frame).evaluate(expression) instanceof Value.Size size
          ? Optional.of(size.dim())
          : Optional.empty();
    } catch (Refusal e) {
      return Optional.empty();
    }
  }
}
