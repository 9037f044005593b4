package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.geminijava.torch.FusedAttention;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no gemini-torch, flash attention is the plain formula, and says so once. */
class FallbackTest {

  @TempDir Path folder;

  @Test
  void withoutTheFusedKernel() throws Exception {
    Path torch =
        Path.of(FusedAttention.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).toAbsolutePath().equals(torch))
            .collect(Collectors.joining(File.pathSeparator));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Alone.class.getName())
            .redirectError(log.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes()).trim();
    List<String> lines = Files.readAllLines(log);
    assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
    assertEquals("0.0", output);
    List<String> said = lines.stream().filter(line -> line.contains("fused attention")).toList();
    assertEquals(1, said.size(), () -> String.join("\n", lines));
    assertTrue(said.get(0).contains("WARN"), said.get(0));
    assertTrue(said.get(0).contains("plain formula"), said.get(0));
  }

  /** Prints how far apart two stacks of layers are, one with flash and one without. */
  static final class Alone {

    private Alone() {}

    public static void main(String[] args) {
      Shape shape = new Shape(1, 5, 8);
      try (Trial plain = new Trial(decoder(false), shape);
          Trial flash = new Trial(decoder(true), shape)) {
        NDArray x = plain.array(1, 5, 8);
        NDArray y = flash.array(1, 5, 8);
        NDArray gap = plain.forward(x).head().sub(flash.forward(y).head());
        System.out.println(gap.abs().max().getDouble());
      }
    }

    private static Decoder decoder(boolean flash) {
      return Decoder.builder()
          .setDim(8)
          .setDepth(3)
          .setAttention(Attention.builder().setHeads(2).optFlash(flash))
          .build();
    }
  }
}
