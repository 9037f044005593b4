package dev.geminijava.tests.rules;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** How much of the sizes a rule gets to know. */
enum Naming {
  /** Numbers. */
  NUMBERS,
  /** A name for each prime factor: 24 is {@code a·a·a·b}, and 8 divides it. */
  NAMES,
  /** Names, and it is not known how many axes there are before the last ones. */
  LAST_AXES;

  private static final Map<String, Long> PRIMES = Map.of("a", 2L, "b", 3L, "c", 5L, "d", 7L);

  Dim size(long number) {
    if (this == NUMBERS || number < 1) {
      return Dim.of(number);
    }
    Dim size = Dim.ONE;
    long rest = number;
    for (Map.Entry<String, Long> prime : PRIMES.entrySet()) {
      while (rest % prime.getValue() == 0) {
        size = size.times(Dim.symbol(prime.getKey()));
        rest /= prime.getValue();
      }
    }
    return size.times(Dim.of(rest));
  }

  /** The shape of an operand that is cut along an axis, which has to be known. */
  Extents shape(String name, long[] shape, int cut) {
    List<Dim> dims = new ArrayList<>(LongStream.of(shape).mapToObj(this::size).toList());
    int hidden = this == LAST_AXES ? shape.length - Math.max(-cut, 1) : 0;
    return hidden > 0 ? new Extents(name, dims.subList(hidden, dims.size())) : Extents.of(dims);
  }

  /** The number that a size is; empty where the rule does not know it. */
  static OptionalLong number(Dim size) {
    return Amount.of(size).value(PRIMES).stream().mapToLong(Math::round).findFirst();
  }
}
