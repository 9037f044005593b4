package dev.geminijava.passes.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A sum of sizes, such as a number of operations or bytes. Sizes that are not known stay names: the
 * batch is {@code B}.
 *
 * @param terms no two of which differ in their number only
 */
public record Amount(List<Dim> terms) {

  /** Nothing. */
  public static final Amount ZERO = new Amount(List.of());

  /** Adds up what is alike. */
  public Amount {
    Map<SortedMap<String, Integer>, Dim> alike = new LinkedHashMap<>();
    for (Dim term : terms) {
      alike.merge(term.powers(), term, Amount::added);
    }
    terms = alike.values().stream().filter(term -> term.numerator() != 0).toList();
  }

  private static Dim added(Dim a, Dim b) {
    return new Dim(
        Math.addExact(
            Math.multiplyExact(a.numerator(), b.denominator()),
            Math.multiplyExact(b.numerator(), a.denominator())),
        Math.multiplyExact(a.denominator(), b.denominator()),
        a.powers());
  }

  /** A known number. */
  public static Amount of(long number) {
    return of(Dim.of(number));
  }

  /** One product. */
  public static Amount of(Dim term) {
    return new Amount(List.of(term));
  }

  /** All together. */
  public static Amount sum(Collection<Amount> amounts) {
    return new Amount(amounts.stream().flatMap(amount -> amount.terms.stream()).toList());
  }

  /** Both together. */
  public Amount plus(Amount other) {
    return sum(List.of(this, other));
  }

  /** Less another one. */
  public Amount minus(Amount other) {
    return plus(other.times(Dim.of(-1)));
  }

  /** Each term of the one times each of the other. */
  public Amount times(Amount other) {
    return sum(other.terms.stream().map(this::times).toList());
  }

  /** The one product that this is, if it is one. */
  public Optional<Dim> product() {
    return terms.isEmpty()
        ? Optional.of(Dim.of(0))
        : terms.size() == 1 ? Optional.of(terms.get(0)) : Optional.empty();
  }

  /** So many times as much. */
  public Amount times(Dim factor) {
    return new Amount(terms.stream().map(factor::times).toList());
  }

  /** The number, where every name in it has a value; else empty. */
  public OptionalDouble value(Map<String, Long> sizes) {
    double sum = 0;
    for (Dim term : terms) {
      double product = (double) term.numerator() / term.denominator();
      for (Map.Entry<String, Integer> power : term.powers().entrySet()) {
        Long size = sizes.get(power.getKey());
        if (size == null) {
          return OptionalDouble.empty();
        }
        product *= Math.pow(size, power.getValue());
      }
      sum += product;
    }
    return OptionalDouble.of(sum);
  }

  /** The names whose values the number depends on. */
  public List<String> names() {
    return terms.stream().flatMap(t -> t.powers().keySet().stream()).distinct().sorted().toList();
  }

  @Override
  public String toString() {
    return terms.isEmpty()
        ? "0"
        : terms.stream().map(Dim::toString).collect(Collectors.joining(" + "));
  }
}
