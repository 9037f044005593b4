package dev.geminijava.passes;

import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.LayerRules;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What others add to the compiler.
 *
 * @param passes further passes, which run after ours in this order
 * @param layers further kinds of layers
 * @param operations further methods
 */
public record Plugins(List<Pass> passes, List<LayerRule> layers, List<OperationRule> operations) {

  /** Nothing. */
  public static final Plugins NONE = new Plugins(List.of(), List.of(), List.of());

  /** Keeps its own copies. */
  public Plugins {
    passes = List.copyOf(passes);
    layers = List.copyOf(layers);
    operations = List.copyOf(operations);
  }

  /**
   * What a class loader itself offers as services, its parents left out.
   *
   * @throws java.util.ServiceConfigurationError if a jar names a class that cannot be made
   */
  public static Plugins of(ClassLoader loader) {
    List<LayerRule> layers = new ArrayList<>();
    List<OperationRule> operations = new ArrayList<>();
    services(LayerRules.class, loader).forEach(rules -> layers.addAll(rules.layers()));
    services(OperationRules.class, loader).forEach(rules -> operations.addAll(rules.operations()));
    return new Plugins(services(Pass.class, loader), layers, operations);
  }

  /** The services of a type that a class loader itself offers, its parents left out. */
  public static <T> List<T> services(Class<T> type, ClassLoader loader) {
    return ServiceLoader.load(type, loader).stream()
        .filter(provider -> provider.type().getClassLoader() == loader)
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /** Both. */
  public Plugins and(Plugins others) {
    return new Plugins(
        both(passes, others.passes),
        both(layers, others.layers),
        both(operations, others.operations));
  }

  private static <T> List<T> both(List<T> one, List<T> other) {
    List<T> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }
}
