package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PaceTest {

  /** How fast is the machine's business; that it is measured, and on what scale, is ours. */
  @Test
  void everyDeviceComputesAndMeetsTheOthers() {
    Pace pace = Pace.measure(2, 1);
    assertTrue(
        DoubleStream.of(
                pace.flopsPerSecond(),
                pace.memoryBytesPerSecond(),
                pace.forwardOverhead(),
                pace.backwardOverhead(),
                pace.linkBytesPerSecond(),
                pace.latency())
            .allMatch(figure -> figure > 0 && Double.isFinite(figure)),
        pace.toString());
    assertTrue(pace.flopsPerSecond() > 1e7 && pace.flopsPerSecond() < 1e15, pace.toString());
    assertTrue(pace.forwardOverhead() < 1, "seconds of one operation: " + pace);
  }
}
