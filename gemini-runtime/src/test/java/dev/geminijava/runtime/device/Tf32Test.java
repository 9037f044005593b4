package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class Tf32Test {

  /** What native code sees of the environment; Java's copy of it stays as it was. */
  @Test
  void whatIsAllowedIsSeenByNativeCode() {
    assertFalse(Tf32.isAllowed());
    Tf32.allow();
    assertTrue(Tf32.isAllowed());
    assertEquals(null, System.getenv(Tf32.VARIABLE));
  }

  @Test
  void gpusMultiplyInShortFromAmpereOn() {
    assertFalse(gpu("7.5").multipliesInShort());
    assertTrue(gpu("8.0").multipliesInShort());
    assertTrue(gpu("10.0").multipliesInShort());
  }

  private static Gpu gpu(String computeCapability) {
    return new Gpu(0, "some GPU", computeCapability, 1, 1, List.of());
  }
}
