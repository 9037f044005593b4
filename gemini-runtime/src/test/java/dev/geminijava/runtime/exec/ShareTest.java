package dev.geminijava.runtime.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** An axis is shared out without gaps, in whole units, as evenly as these allow. */
class ShareTest {

  @Test
  void headsStayWhole() {
    Share heads = new Share(6, 4);
    assertArrayEquals(new long[] {16, 32, 40}, heads.cuts(48));
    assertArrayEquals(new long[] {2, 4, 5}, heads.cuts(6));
  }

  @Test
  void theSharesOfEveryAxisMakeItUp() {
    for (int ranks = 1; ranks <= 5; ranks++) {
      for (long units = ranks; units < 40; units++) {
        Share share = new Share(units, ranks);
        for (long size : new long[] {units, 8 * units}) {
          long next = 0;
          for (int r = 0; r < ranks; r++) {
            assertEquals(next, share.begin(size, r));
            long part = share.of(size, r);
            assertEquals(0, part % (size / units), "a unit is cut");
            assertEquals(size, share.whole(part, r));
            long spread = Math.abs(part - share.of(size, 0));
            assertTrue(spread <= size / units, "as even as possible");
            next += part;
          }
          assertEquals(size, next);
        }
      }
    }
  }

  @Test
  void equalSharesAreEqualWhateverTheUnits() {
    assertEquals(Share.even(4), new Share(12, 4));
  }

  @Test
  void whatCannotBeSharedOutIsRefusedWithBothNumbers() {
    String few = assertThrows(IllegalArgumentException.class, () -> new Share(3, 4)).getMessage();
    assertEquals("3 units are too few for 4 ranks", few);
    String odd =
        assertThrows(IllegalArgumentException.class, () -> new Share(6, 4).of(47, 0)).getMessage();
    assertEquals("an axis of 47 cannot be shared out in 6 equal units", odd);
  }
}
