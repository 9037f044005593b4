package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Walk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Layers that a block gives to a method that runs whatever layer it is given. One text runs them
 * all, so no layer has a place there at which it could be split.
 *
 * @param program what declares the methods
 * @param rules what can be split
 */
record GivenLayers(ProgramCode program, RuleTable rules) {

  private static final Set<String> RESULTS = Set.of(Djl.NDARRAY, Djl.NDLIST);

  /** A note for each layer that a block class gives away. */
  List<Diagnostic> in(ClassCode code) {
    return code.methods().stream()
        .flatMap(method -> Walk.allExpressions(method.body()).stream())
        .filter(Expression.Call.class::isInstance)
        .map(Expression.Call.class::cast)
        .filter(call -> RESULTS.contains(call.type()))
        .flatMap(call -> given(code, call))
        .toList();
  }

  private Stream<Diagnostic> given(ClassCode code, Expression.Call call) {
    return program.classes().stream()
        .filter(c -> c.name().equals(call.declaring()))
        .flatMap(c -> c.methods().stream())
        .filter(m -> m.name().equals(call.method()))
        .filter(m -> m.parameters().size() == call.arguments().size())
        .flatMap(
            method ->
                IntStream.range(0, call.arguments().size())
                    .filter(i -> canSplit(call.arguments().get(i).type()))
                    .filter(i -> runsAny(method, method.parameters().get(i)))
                    .mapToObj(i -> note(code, call, call.arguments().get(i))));
  }

  private boolean canSplit(String type) {
    return rule(type).filter(rule -> rule.features().isPresent()).isPresent();
  }

  private boolean runsAny(MethodCode method, MethodCode.Parameter parameter) {
    return rule(parameter.type()).isEmpty()
        && Walk.allExpressions(method.body()).stream()
            .anyMatch(
                expression ->
                    expression instanceof Expression.Call run
                        && run.method().equals("forward")
                        && run.receiver().orElse(null) instanceof Expression.Name name
                        && name.name().equals(parameter.name()));
  }

  private Optional<LayerRule> rule(String type) {
    return rules.layer(new Value.Layer(type, Map.of(), ""), program);
  }

  private static Diagnostic note(ClassCode code, Expression.Call call, Expression layer) {
    String name = code.file().text(layer.span());
    return Diagnostic.note(
        "whole-layer",
        code.file(),
        layer.span(),
        name
            + " stays whole: "
            + call.method()
            + " runs whatever layer it is given, and layers are split where they are run",
        "call " + name + ".forward(…) here");
  }
}
