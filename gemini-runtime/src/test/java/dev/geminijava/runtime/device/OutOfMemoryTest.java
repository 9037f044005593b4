package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

  /** The text of libtorch 2.7.1's allocator for CUDA. */
  @Test
  void ofAGpu() {
    EngineException thrown =
        new EngineException(
            "CUDA out of memory. Tried to allocate 462.00 MiB. GPU 1 has a total capacity of 15.77"
                + " GiB of which 12.50 MiB is free. Including non-PyTorch memory, this process has"
                + " 15.75 GiB memory in use. Of the allocated memory 14.10 GiB is allocated by"
                + " PyTorch, and 1.20 GiB is reserved by PyTorch but unallocated.");
    OutOfMemory found = OutOfMemory.in(thrown).orElseThrow();
    assertEquals(new OutOfMemory("gpu:1", 462L << 20, 25L << 19), found);
    assertEquals(
        "out of memory: 462.0 MiB asked for, 12.5 MiB free on gpu:1; smaller batches or more"
            + " micro-batches, stages or ranks need less at once",
        found.toString());
  }

  @Test
  void ofAGpuThatIsFullToTheLastByte() {
    EngineException thrown =
        new EngineException(
            "CUDA out of memory. Tried to allocate 512 bytes. GPU 0 has a total capacity of 8.00"
                + " GiB of which 0 bytes is free. Process 7 has 8.00 GiB memory in use.");
    assertEquals(Optional.of(new OutOfMemory("gpu:0", 512, 0)), OutOfMemory.in(thrown));
  }

  /** What libtorch really says here. */
  @Test
  void ofTheHost() {
    try (NDManager manager = NDManager.newBaseManager()) {
      EngineException thrown =
          assertThrows(EngineException.class, () -> manager.zeros(new Shape(1L << 48)));
      OutOfMemory found = OutOfMemory.in(thrown).orElseThrow();
      assertEquals("host", found.device());
      assertEquals(1L << 50, found.askedBytes());
      assertTrue(found.freeBytes() > 0, found::toString);
    }
  }

  @Test
  void otherFailuresAreNoLackOfMemory() {
    assertEquals(Optional.empty(), OutOfMemory.in(new EngineException("mat1 and mat2 shapes")));
    assertEquals(Optional.empty(), OutOfMemory.in(new IllegalStateException()));
  }
}
