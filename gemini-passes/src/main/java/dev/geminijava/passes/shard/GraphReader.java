package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Layer;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.ProgramCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads which layers each block class of a program holds. */
public final class GraphReader {

  private static final String CHAIN = "ai.djl.nn.SequentialBlock";
  private static final String ACTIVATION = "ai.djl.nn.Activation.";

  private final ProgramCode program;
  private final RuleTable rules;

  private GraphReader(ProgramCode program, RuleTable rules) {
    this.program = program;
    this.rules = rules;
  }

  /** The graph of a program. */
  public static ModelGraph read(ProgramCode program, RuleTable rules) {
    GraphReader reader = new GraphReader(program, rules);
    Map<String, List<Layer>> blocks = new LinkedHashMap<>();
    program.classes().stream()
        .filter(ClassCode::isBlock)
        .forEach(code -> blocks.put(code.name(), reader.layers(code)));
    return new ModelGraph(blocks);
  }

  private List<Layer> layers(ClassCode code) {
    List<Layer> layers = new ArrayList<>();
    Fields.of(program, code, rules)
        .forEach(
            (name, value) -> {
              if (value instanceof Value.Layer layer) {
                layers.add(layer(name, layer));
              }
            });
    return List.copyOf(layers);
  }

  private Layer layer(String name, Value.Layer layer) {
    String type = layer.type();
    if (type.startsWith(ACTIVATION)) {
      return new Layer.Activation(name, type.substring(ACTIVATION.length()));
    }
    if (is(type, "ai.djl.nn.core.Linear")) {
      return new Layer.Linear(name, size(layer, "setUnits"));
    }
    if (rules.layer(type, program).filter(LayerRule::gathered).isPresent()) {
      return new Layer.Embedding(name, type, size(layer, "setEmbeddingSize"));
    }
    if (is(type, "ai.djl.nn.convolutional.Convolution")) {
      return new Layer.Convolution(name, type, size(layer, "setFilters"));
    }
    if (is(type, "ai.djl.nn.norm.BatchNorm") || is(type, "ai.djl.nn.norm.LayerNorm")) {
      return new Layer.Norm(name, type);
    }
    if (is(type, "ai.djl.nn.norm.Dropout")) {
      return new Layer.Dropout(name);
    }
    if (is(type, CHAIN)) {
      return new Layer.Chain(name, type);
    }
    boolean own = program.classes().stream().anyMatch(c -> c.name().equals(type));
    return own ? new Layer.Composite(name, type) : new Layer.Opaque(name, type);
  }

  private boolean is(String type, String supertype) {
    return program.isSubtype(type, supertype);
  }

  private static Optional<Dim> size(Value.Layer layer, String setting) {
    return layer.settings().get(setting) instanceof Value.Size size
        ? Optional.of(size.dim())
        : Optional.empty();
  }
}
