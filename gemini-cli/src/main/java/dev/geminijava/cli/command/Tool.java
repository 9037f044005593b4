package dev.geminijava.cli.command;

import dev.geminijava.runtime.device.Link;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the system that some of our commands call. */
final class Tool {

  private static final int PATIENCE_SECONDS = 10;

  private Tool() {}

  /**
   * Whether it is there, by asking for its version.
   *
   * @param command asks it
   * @param use what it is good for
   * @param cure how to get it
   */
  static Link link(String part, List<String> command, String use, String cure) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroy();
      }
      String first = said.lines().findFirst().orElse("").strip();
      return process.waitFor() == 0
          ? Link.good(part, first)
          : Link.wrong(part, command.get(0) + " fails: " + first, "one that works, " + use, cure);
    } catch (IOException e) {
      return Link.absent(part, "no " + command.get(0), "only " + use, cure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Link.absent(part, "interrupted", use, cure);
    }
  }
}
