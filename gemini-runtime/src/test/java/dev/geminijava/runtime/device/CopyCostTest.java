package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CopyCostTest {

  @Test
  void sharesAreWorthItWhereBothWaysCostTheSame() {
    CopyCost cost = new CopyCost(1e-5, 1e10);
    assertEquals(Long.MAX_VALUE, cost.worthShares(2));
    for (int ranks = 3; ranks <= 8; ranks++) {
      double bytes = cost.worthShares(ranks);
      double inOneStep = cost.latency() + (ranks - 1) * bytes / cost.bytesPerSecond();
      double inShares =
          2 * cost.latency() + 2.0 * (ranks - 1) / ranks * bytes / cost.bytesPerSecond();
      assertEquals(inOneStep, inShares, 1e-9);
    }
    assertTrue(cost.worthShares(8) < cost.worthShares(3));
  }

  @Test
  void isMeasured() {
    Copies copies = new Copies(new HostQueues(true), 1 << 20);
    ByteBuffer source = ByteBuffer.allocateDirect(CopyCost.BYTES);
    ByteBuffer target = ByteBuffer.allocateDirect(CopyCost.BYTES);
    source.put(CopyCost.BYTES - 1, (byte) 7);
    CopyCost cost =
        CopyCost.measure(copies, new Memory.Apart(0), source, new Memory.Apart(1), target);
    assertEquals(7, target.get(CopyCost.BYTES - 1));
    assertTrue(cost.latency() > 0 && cost.latency() < 1, cost::toString);
    assertTrue(cost.bytesPerSecond() > 0, cost::toString);
  }
}
