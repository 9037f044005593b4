package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InventoryTest {

  private static final Inventory TWO_GPUS =
      new Inventory(
          16,
          128L << 30,
          "550.54.15",
          "12.6",
          List.of(
              new Gpu(0, "NVIDIA H200", "9.0", 150_109_257_728L, 149_000_000_000L, List.of(1)),
              new Gpu(1, "NVIDIA H200", "9.0", 150_109_257_728L, 1 << 30, List.of())),
          "");

  private static final Inventory NO_GPU =
      new Inventory(2, 16L << 30, "", "", List.of(), "no driver; --devices=cpu:N works without");

  @Test
  void tableShowsEveryDevice() {
    assertEquals(
        """
        device         name     memory       free  compute  peers
        cpu        16 cores  128.0 GiB
        gpu:0   NVIDIA H200  139.8 GiB  138.8 GiB      9.0      1
        gpu:1   NVIDIA H200  139.8 GiB    1.0 GiB      9.0      -
        driver 550.54.15 for CUDA 12.6\
        """,
        TWO_GPUS.toTable());
  }

  @Test
  void withoutGpusOneLineSaysWhy() {
    assertEquals(
        "no GPU: no driver; --devices=cpu:N works without",
        NO_GPU.toTable().lines().reduce((a, b) -> b).orElseThrow());
  }

  @Test
  void jsonHasTheSame() {
    JsonObject json = JsonParser.parseString(TWO_GPUS.toJson()).getAsJsonObject();
    assertEquals(16, json.get("cores").getAsInt());
    assertEquals("", json.get("withoutGpus").getAsString());
    JsonObject gpu = json.getAsJsonArray("gpus").get(0).getAsJsonObject();
    assertEquals("NVIDIA H200", gpu.get("name").getAsString());
    assertEquals(150_109_257_728L, gpu.get("totalBytes").getAsLong());
    assertEquals("[1]", gpu.get("peers").toString());
  }

  @Test
  void thisMachineHasGpusOrAReasonInOneLine() {
    Inventory here = Inventory.detect();
    assertTrue(here.cores() >= 1 && here.memoryBytes() > 0);
    assertNotEquals(here.gpus().isEmpty(), here.withoutGpus().isEmpty());
    assertTrue(here.withoutGpus().lines().count() <= 1, here.withoutGpus());
  }

  @Test
  void detectingPrintsNothing() throws IOException, InterruptedException {
    // A process of its own, since native code does not write through System.err.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Silent.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes());
    assertEquals("", printed);
    assertEquals(0, process.waitFor());
  }

  /** What {@link #detectingPrintsNothing} runs. */
  static final class Silent {
    public static void main(String[] args) {
      Inventory.detect();
    }
  }

  @Test
  void virtualDevicesShareTheMachine() {
    assertEquals(
        List.of(new VirtualDevice(0, 8, 64L << 30), new VirtualDevice(1, 8, 64L << 30)),
        VirtualDevice.list(2, TWO_GPUS, OptionalLong.empty()));
    List<VirtualDevice> crowded = VirtualDevice.list(4, NO_GPU, OptionalLong.of(2L << 30));
    assertEquals(new VirtualDevice(3, 1, 2L << 30), crowded.get(3));
    assertEquals("cpu:3", crowded.get(3).toString());
  }
}
