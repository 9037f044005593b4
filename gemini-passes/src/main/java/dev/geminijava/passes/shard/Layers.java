package dev.geminijava.passes.shard;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls that make layers, and what they tell about them. */
final class Layers {

  private Layers() {}

  /** The layer that a call makes or passes on, if it is one that does. */
  static Optional<Value> made(
      Expression.Call call, Optional<Value> receiver, List<Value> arguments, Analysis analysis) {
    if (call.method().equals("addChildBlock") && arguments.size() == 2) {
      return Optional.of(
          arguments.get(1) instanceof Value.Layer
              ? arguments.get(1)
              : new Value.Layer(call.type(), Map.of(), analysis.fresh()));
    }
    if (!analysis.program.isSubtype(call.type(), Djl.BLOCK)) {
      return Optional.empty();
    }
    String factory = call.declaring() + "." + call.method();
    if (analysis.rules.layers().stream().anyMatch(r -> r.type().equals(factory))) {
      return Optional.of(new Value.Layer(factory, Map.of(), analysis.fresh()));
    }
    boolean builds = call.method().equals("build") && arguments.isEmpty();
    return builds
        ? Optional.of(new Value.Layer(call.type(), settings(call, analysis), analysis.fresh()))
        : Optional.empty();
  }

  /** A block made of one of DJL's activations is what the factory for it makes. */
  static String type(Expression.Creation creation) {
    boolean activation =
        creation.type().equals(Djl.LAMBDA_BLOCK)
            && creation.arguments().get(0) instanceof Expression.Other function
            && function.what().startsWith("ai.djl.nn.Activation::");
    return activation
        ? ((Expression.Other) creation.arguments().get(0)).what().replace("::", ".") + "Block"
        : creation.type();
  }

  /** What a chain of calls on a new builder told it. */
  private static Map<String, Value> settings(Expression.Call build, Analysis analysis) {
    Map<String, Value> settings = new HashMap<>();
    Expression at = build.receiver().orElse(null);
    while (at instanceof Expression.Call call) {
      if (call.arguments().size() == 1) {
        Frame frame = analysis.running.get(analysis.running.size() - 1);
        Value value = new Interpreter(analysis, frame).evaluate(call.arguments().get(0));
        settings.putIfAbsent(call.method(), value);
      }
      at = call.receiver().orElse(null);
    }
    // A builder kept in a variable may have been told more elsewhere.
    if (at instanceof Expression.Name) {
      return Map.of();
    }
    settings.put("build", Value.Host.UNKNOWN);
    return settings;
  }

  /** How many output features a layer has. */
  static Dim features(Value.Layer layer, LayerRule rule, Analysis analysis) {
    Value set = rule.features().map(layer.settings()::get).orElse(null);
    if (set instanceof Value.Size size) {
      return size.dim();
    }
    return Dim.symbol("features(" + layer.path() + ")");
  }
}
