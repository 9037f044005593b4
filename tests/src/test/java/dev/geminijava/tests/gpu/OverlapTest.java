package dev.geminijava.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlapTest {

  @TempDir private Path directory;

  @Test
  void overlapIsTheShareOfCopiesBesideWork() throws IOException {
    Path trace = directory.resolve("trace.json");
    Files.writeString(
        trace,
        """
        {"traceEvents": [
          {"ph": "M", "name": "process_name"},
          {"cat": "forward", "ts": 0, "dur": 10},
          {"cat": "backward", "ts": 5, "dur": 10},
          {"cat": "transfer", "ts": 12, "dur": 4},
          {"cat": "transfer", "ts": 2, "dur": 4}
        ]}
        """);
    assertEquals(7.0 / 8, Overlap.hidden(trace), 1e-9);
  }
}
