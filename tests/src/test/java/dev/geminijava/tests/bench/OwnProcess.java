package dev.geminijava.tests.bench;

import ai.djl.Model;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.train.GeminiModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Trains a subject in a process of its own; prints a batch's time, and the memory it took. */
public final class OwnProcess {

  private OwnProcess() {}

  /**
   * Trains.
   *
   * @param args the subject, the number of steps, and {@code plain} or the mode
   */
  public static void main(String[] args) throws IOException {
    // Without our classes on the class path there is no mode to parse.
    UnaryOperator<Model> parallel = args[2].equals("plain") ? model -> model : in(args[2]);
    Subject subject = Subject.valueOf(args[0]);
    try (Trial trial = new Trial("own", subject, subject.batch, 1, parallel)) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        trial.step();
      }
      System.out.println(trial.median() + " " + peakMebibytes());
    }
  }

  private static UnaryOperator<Model> in(String mode) {
    GeminiConfig config =
        GeminiConfig.builder().mode(ParallelMode.parse(mode)).devices("cpu:2").build();
    return model -> GeminiModel.of(model, config);
  }

  /** The most memory the process had resident, as Linux counts it; 0 elsewhere. */
  private static long peakMebibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0)
        / 1024;
  }
}
