package dev.geminijava.passes.model;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A size: a number times powers of named sizes. Quotients are taken to be exact, as they are in a
 * program whose shapes fit: {@code N * (E / N)} is {@code E}.
 *
 * @param numerator of the number
 * @param denominator of the number, positive and without a common factor
 * @param powers the exponent of each name, never zero
 */
public record Dim(long numerator, long denominator, SortedMap<String, Integer> powers) {

  private static final int LONGEST_NAME = 96;

  /** The size one. */
  public static final Dim ONE = of(1);

  /** Brings the fraction to its lowest terms. */
  public Dim {
    long common = BigInteger.valueOf(numerator).gcd(BigInteger.valueOf(denominator)).longValue();
    if (common > 1) {
      numerator /= common;
      denominator /= common;
    }
    powers = Collections.unmodifiableSortedMap(new TreeMap<>(powers));
  }

  /** A known size. */
  public static Dim of(long number) {
    return new Dim(number, 1, new TreeMap<>());
  }

  /** A size known by its name only. */
  public static Dim symbol(String name) {
    return new Dim(1, 1, new TreeMap<>(Map.of(shortened(name), 1)));
  }

  /** A name of names grows with every step; past some length the rest is a number made of it. */
  static String shortened(String name) {
    return name.length() <= LONGEST_NAME
        ? name
        : name.substring(0, LONGEST_NAME / 2) + "…" + Integer.toHexString(name.hashCode());
  }

  /** The product of sizes. */
  public static Dim product(Iterable<Dim> factors) {
    Dim product = ONE;
    for (Dim factor : factors) {
      product = product.times(factor);
    }
    return product;
  }

  /** This size times another. */
  public Dim times(Dim other) {
    return new Dim(
        numerator * other.numerator, denominator * other.denominator, merged(other.powers, 1));
  }

  /** This size divided by another, which must not be zero. */
  public Dim over(Dim other) {
    if (other.numerator == 0) {
      throw new ArithmeticException("size divided by zero");
    }
    long sign = other.numerator < 0 ? -1 : 1;
    return new Dim(
        sign * numerator * other.denominator,
        sign * denominator * other.numerator,
        merged(other.powers, -1));
  }

  /** The sum of two sizes; one of unlike sizes is named after both. */
  public Dim plus(Dim other) {
    return added(other, "+");
  }

  /** This size less another; a difference of unlike sizes is named after both. */
  public Dim minus(Dim other) {
    return added(other, "-");
  }

  private Dim added(Dim other, String operator) {
    long sign = operator.equals("+") ? 1 : -1;
    if (other.numerator == 0) {
      return this;
    }
    if (numerator == 0 && sign > 0) {
      return other;
    }
    if (numerator == 0 || powers.equals(other.powers)) {
      long top = numerator * other.denominator + sign * other.numerator * denominator;
      return top == 0 ? of(0) : new Dim(top, denominator * other.denominator, other.powers);
    }
    return symbol("(" + this + " " + operator + " " + other + ")");
  }

  private SortedMap<String, Integer> merged(Map<String, Integer> other, int sign) {
    TreeMap<String, Integer> sum = new TreeMap<>(powers);
    other.forEach((name, power) -> sum.merge(name, sign * power, Dim::sumOrNone));
    return sum;
  }

  private static Integer sumOrNone(int a, int b) {
    return a + b == 0 ? null : a + b;
  }

  /** Whether no name is left. */
  public boolean isNumber() {
    return powers.isEmpty() && denominator == 1;
  }

  /** The same size with other names. */
  public Dim renamed(UnaryOperator<String> names) {
    TreeMap<String, Integer> changed = new TreeMap<>();
    powers.forEach((name, power) -> changed.merge(names.apply(name), power, Dim::sumOrNone));
    return new Dim(numerator, denominator, changed);
  }

  /** The name of a size that is nothing but a name. */
  public Optional<String> name() {
    return powers.size() == 1 && equals(symbol(powers.firstKey()))
        ? Optional.of(powers.firstKey())
        : Optional.empty();
  }

  /** Whether this size is certainly below zero. */
  public boolean isNegative() {
    return numerator < 0;
  }

  /** Whether this size is certainly a whole multiple of another. */
  public boolean isMultipleOf(Dim other) {
    if (other.numerator == 0) {
      return false;
    }
    Dim quotient = over(other);
    return quotient.denominator == 1 && quotient.powers.values().stream().allMatch(p -> p > 0);
  }

  @Override
  public String toString() {
    String over = side(-1);
    String top = side(1);
    if (numerator != 1 || top.isEmpty()) {
      top = numerator + (top.isEmpty() ? "" : "·" + top);
    }
    if (denominator != 1) {
      over = denominator + (over.isEmpty() ? "" : "·" + over);
    }
    return over.isEmpty() ? top : top + "/" + over;
  }

  private String side(int sign) {
    return powers.entrySet().stream()
        .filter(e -> e.getValue() * sign > 0)
        .map(e -> e.getKey() + (Math.abs(e.getValue()) == 1 ? "" : "^" + Math.abs(e.getValue())))
        .collect(Collectors.joining("·"));
  }
}
