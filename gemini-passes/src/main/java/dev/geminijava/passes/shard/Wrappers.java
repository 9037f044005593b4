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
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Blocks of the program around one linear layer. What is done before and after it goes on with a
 * split value as it is; so whoever calls such a block may split it as if it were that layer.
 */
public final class Wrappers {

  /** What a wrapper's forward is looked at with. */
  private static final Span OUTSIDE = new Span(0, 0);

  private static final String INPUT = "input";

  /**
   * A wrapper.
   *
   * @param field what it calls its layer
   * @param layer that layer where it is called
   * @param rule how it may be split
   */
  private record Wrapper(ClassCode code, String field, Span layer, LayerRule rule) {}

  private final ProgramCode program;
  private final RuleTable plain;
  private final Map<String, Wrapper> wrappers = new LinkedHashMap<>();
  private final RuleTable rules;

  /**
   * Looks for them.
   *
   * @param plain the rules for everything else
   */
  public Wrappers(ProgramCode program, RuleTable plain) {
    this.program = program;
    this.plain = plain;
    program.classes().stream()
        .filter(c -> c.isBlock() && c.isConcrete() && !splitsItself(c))
        .forEach(c -> wrapper(c).ifPresent(w -> wrappers.put(c.name(), w)));
    rules = plain.plus(wrappers.values().stream().map(Wrapper::rule).toList(), List.of());
  }

  /** Whether a text that the compiler made splits layers of its own. */
  private static boolean splitsItself(ClassCode code) {
    return code.instrumented()
        && expressions(code)
            .anyMatch(
                e ->
                    e instanceof Expression.Call call
                        && (call.declaring().equals(RuntimeNames.SHARDS)
                            || call.declaring().equals(RuntimeNames.SHARD_GROUP)));
  }

  /** All rules, those for wrappers included. */
  RuleTable rules() {
    return rules;
  }

  /** Whether others split the layer of a class, so that it does not do so itself. */
  boolean isWrapper(ClassCode code) {
    return wrappers.containsKey(code.name());
  }

  /** What is inserted into a class if it is a wrapper. */
  public List<Edit> edits(ClassCode code, String pass) {
    return Optional.ofNullable(wrappers.get(code.name()))
        .filter(wrapper -> wrapper.rule().carries() && !code.instrumented())
        .map(
            wrapper ->
                Edit.wrap(
                    wrapper.layer(),
                    "#{" + RuntimeNames.SHARDS + "}.inner(",
                    ")",
                    pass,
                    "whoever calls this block may split it as if it were this layer"))
        .stream()
        .toList();
  }

  /** What the layer inside of a new wrapper is told; empty if it is no wrapper. */
  Optional<Map<String, Value>> settings(Expression.Creation creation, List<Value> arguments) {
    return Optional.ofNullable(wrappers.get(creation.type()))
        .map(
            wrapper -> {
              Map<String, Value> settings = new HashMap<>();
              settings.put("build", Value.Host.UNKNOWN);
              String setting = wrapper.rule().features().orElseThrow();
              if (layer(wrapper, arguments).orElse(null) instanceof Value.Layer layer
                  && layer.settings().get(setting) instanceof Value.Size size
                  && isToldBy(size.dim(), arguments)) {
                settings.put(setting, size);
              }
              return settings;
            });
  }

  /** Names inside the wrapper say nothing outside. */
  private static boolean isToldBy(Dim size, List<Value> arguments) {
    return size.powers().keySet().stream()
        .allMatch(
            name ->
                arguments.stream()
                    .anyMatch(
                        a -> a instanceof Value.Size s && s.dim().powers().containsKey(name)));
  }

  private Optional<Value> layer(Wrapper wrapper, List<Value> arguments) {
    List<MethodCode> constructors =
        wrapper.code().constructors().stream()
            .filter(c -> c.parameters().size() == arguments.size() && !c.varArgs())
            .toList();
    if (wrapper.code().constructors().size() != 1 || constructors.size() != 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        new Fields(program, plain)
            .constructed(wrapper.code(), constructors.get(0), arguments)
            .get(wrapper.field()));
  }

  private Optional<Wrapper> wrapper(ClassCode code) {
    List<MethodCode> entries =
        code.methods().stream()
            .filter(
                m -> m.parameters().stream().anyMatch(p -> p.type().equals(Djl.PARAMETER_STORE)))
            .toList();
    if (entries.size() != 1
        || !entries.get(0).name().equals("forwardInternal")
        || !isPartOfOthers(code)
        || isReplaced(code)) {
      return Optional.empty();
    }
    MethodCode forward = entries.get(0);
    Fields fields = new Fields(program, plain);
    Analysis columns =
        new Analysis(program, code, plain, fields, fields.of(code), Choices.NONE, "?");
    Extents open = Extents.open(INPUT);
    boolean splits =
        runs(columns, forward, Value.Array.whole(open))
                .filter(r -> r.stream().allMatch(a -> a.axis() == -1 && a.outer().equals(Dim.ONE)))
                .isPresent()
            && columns.uses.size() == 1
            && columns.marks.size() == 1
            && columns.sinks.isEmpty();
    if (!splits) {
      return Optional.empty();
    }
    LayerUse use = columns.uses.values().iterator().next();
    boolean plainly =
        use.rule().isLinear()
            && !use.rule().gathered()
            && !use.rule().wrapper()
            && use.rule().quantum().isEmpty();
    if (!plainly || !(columns.layers.get(use.call()) instanceof Expression.Field field)) {
      return Optional.empty();
    }
    boolean own =
        field.declaring().equals(code.name())
            && fields.of(code).get(field.name()) instanceof Value.Layer;
    if (!own) {
      return Optional.empty();
    }
    boolean rows = takesSlices(code, forward, fields, use);
    return Optional.of(
        new Wrapper(
            code,
            field.name(),
            use.layer(),
            use.rule().around(code.name(), rows, layer -> isExactly(code, layer))));
  }

  /** Nobody else splits a block that is a model by itself. */
  private boolean isPartOfOthers(ClassCode code) {
    return program.classes().stream()
        .filter(c -> c.isBlock() && !c.name().equals(code.name()))
        .flatMap(Wrappers::expressions)
        .anyMatch(e -> e instanceof Expression.Creation made && made.type().equals(code.name()));
  }

  private static Stream<Expression> expressions(ClassCode code) {
    List<Expression> all = new ArrayList<>();
    code.fields().forEach(f -> f.value().ifPresent(v -> Walk.everything(v, s -> {}, all::add)));
    Stream.concat(code.constructors().stream(), code.methods().stream())
        .forEach(m -> all.addAll(Walk.allExpressions(m.body())));
    return all.stream();
  }

  private boolean isReplaced(ClassCode code) {
    return program.classes().stream()
            .anyMatch(
                c -> !c.name().equals(code.name()) && program.isSubtype(c.name(), code.name()))
        || program.anonymous().stream()
            .anyMatch(c -> program.isSubtype(c.frame().superclass(), code.name()));
  }

  /** What a public class is may be another one, of elsewhere, unless it is made in sight. */
  private static boolean isExactly(ClassCode code, Value.Layer layer) {
    Set<String> modifiers = code.frame().modifiers();
    return modifiers.contains("final")
        || !modifiers.contains("public") && !modifiers.contains("protected")
        || layer.isKnown();
  }

  /** Whether the layer gets this rank's slice of its input features, if the block does. */
  private boolean takesSlices(ClassCode code, MethodCode forward, Fields fields, LayerUse use) {
    Choices reduced =
        new Choices(Set.of(), Set.of(), Set.of(), Set.of(use.call()), Map.of(), Map.of());
    Analysis rows = new Analysis(program, code, plain, fields, fields.of(code), reduced, "?");
    Dim features = Dim.symbol("features");
    Value.Array input =
        Value.Array.split(new Extents(INPUT, List.of(features)), -1, Flow.from(OUTSIDE, features));
    return runs(rows, forward, input).filter(r -> r.stream().noneMatch(Value::isSplit)).isPresent()
        && rows.marks.values().stream()
            .allMatch(m -> m.open().equals("@.row(") || m.span().equals(use.call()))
        && rows.marks.size() == 2;
  }

  /** The single arrays that forward returns, given one; empty if it does something else. */
  private static Optional<List<Value.Array>> runs(
      Analysis analysis, MethodCode forward, Value.Array input) {
    Frame frame = new Frame(forward, Optional.empty());
    for (MethodCode.Parameter parameter : forward.parameters()) {
      frame.variables.put(
          parameter.name(),
          parameter.type().equals(Djl.NDLIST)
              ? new Value.Arrays(List.of(input))
              : Value.Host.UNKNOWN);
    }
    try {
      new Execution(analysis, frame).run();
      analysis.sums.settleRest();
      analysis.checkAssumptions();
    } catch (Refusal e) {
      return Optional.empty();
    }
    List<Value.Array> results = new ArrayList<>();
    for (Value value : frame.returned) {
      if (!(value instanceof Value.Arrays list) || list.items().size() != 1) {
        return Optional.empty();
      }
      results.add(list.items().get(0));
    }
    return results.isEmpty() ? Optional.empty() : Optional.of(results);
  }
}
