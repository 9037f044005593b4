package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ProgramCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** All rules for layers and methods. */
public final class RuleTable {

  private final List<LayerRule> layers;
  private final Map<String, OperationRule> operations;

  private RuleTable(List<LayerRule> layers, Map<String, OperationRule> operations) {
    this.layers = layers;
    this.operations = operations;
  }

  /** The rules of this module and of all plug-ins. */
  public static RuleTable load() {
    List<LayerRule> layers = new ArrayList<>();
    List<OperationRule> operations = new ArrayList<>();
    ClassLoader loader = RuleTable.class.getClassLoader();
    ServiceLoader.load(LayerRules.class, loader).forEach(r -> layers.addAll(r.layers()));
    ServiceLoader.load(OperationRules.class, loader)
        .forEach(r -> operations.addAll(r.operations()));
    return of(layers, operations);
  }

  /**
   * This table and further rules.
   *
   * @throws IllegalArgumentException if there is a rule for the same method or layer already
   */
  public RuleTable plus(List<LayerRule> moreLayers, List<OperationRule> moreOperations) {
    if (moreLayers.isEmpty() && moreOperations.isEmpty()) {
      return this;
    }
    List<LayerRule> allLayers = new ArrayList<>(layers);
    allLayers.addAll(moreLayers);
    List<OperationRule> allOperations = new ArrayList<>(Set.copyOf(operations.values()));
    allOperations.addAll(moreOperations);
    return of(allLayers, allOperations);
  }

  /**
   * These rules.
   *
   * @throws IllegalArgumentException if there are two for the same method or layer
   */
  public static RuleTable of(List<LayerRule> layers, List<OperationRule> operations) {
    Map<String, OperationRule> byMethod = new HashMap<>();
    for (OperationRule rule : operations) {
      for (String method : rule.methods()) {
        if (byMethod.put(key(rule.owner(), method), rule) != null) {
          throw new IllegalArgumentException("two rules for " + key(rule.owner(), method));
        }
      }
    }
    Set<String> types = new HashSet<>();
    for (LayerRule rule : layers) {
      if (rule.when() == LayerRule.ALWAYS && !types.add(rule.type())) {
        throw new IllegalArgumentException("two rules for " + rule.type());
      }
    }
    return new RuleTable(List.copyOf(layers), Map.copyOf(byMethod));
  }

  /** The rule for a layer. */
  public Optional<LayerRule> layer(Value.Layer layer, ProgramCode program) {
    String type = layer.type();
    return layers.stream()
        .filter(r -> r.type().equals(type) || r.subtypes() && program.isSubtype(type, r.type()))
        .filter(r -> r.when().test(layer))
        .findFirst();
  }

  /** The rule for a method, by the class that declares it. */
  public Optional<OperationRule> operation(String owner, String method) {
    return Optional.ofNullable(operations.get(key(owner, method)));
  }

  /** The rules for layers. */
  public List<LayerRule> layers() {
    return layers;
  }

  /** The methods that there are rules for, as {@code owner.method}. */
  public Set<String> methods() {
    return operations.keySet();
  }

  private static String key(String owner, String method) {
    return owner + "." + method;
  }
}
