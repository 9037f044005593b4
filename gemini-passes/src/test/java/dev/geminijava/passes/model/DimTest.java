package dev.geminijava.passes.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DimTest {

  private static final Dim E = Dim.symbol("E");
  private static final Dim N = Dim.symbol("N");

  @Test
  void aQuotientTimesItsDivisorIsTheSize() {
    assertEquals(E, N.times(E.over(N)));
    assertEquals(Dim.of(6), Dim.of(12).over(Dim.of(2)));
    assertEquals(Dim.ONE, E.over(E));
  }

  @Test
  void multiplesAreOnlyThoseThatAreCertain() {
    assertTrue(E.times(N).isMultipleOf(N));
    assertTrue(Dim.of(12).times(E).isMultipleOf(Dim.of(4)));
    assertFalse(E.isMultipleOf(N));
    assertFalse(Dim.of(6).isMultipleOf(Dim.of(4)));
  }

  @Test
  void sizesAreWrittenForPeople() {
    assertEquals("3·E", Dim.of(3).times(E).toString());
    assertEquals("E/N", E.over(N).toString());
    assertEquals("E^2", E.times(E).toString());
    assertEquals("1", Dim.ONE.toString());
  }
}
