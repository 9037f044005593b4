package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Turns DOT into a picture, where Graphviz is installed. */
final class Drawing {

  private Drawing() {}

  /** The picture of a DOT text as SVG. */
  static String svg(String dot) throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder("dot", "-Tsvg").redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UsageException(
          "no Graphviz here to draw with. Install it (Debian/Ubuntu: apt install graphviz), or use"
              + " --format=dot and draw elsewhere.");
    }
    // Graphviz reads all before it writes anything, so one after the other cannot block.
    try (OutputStream in = process.getOutputStream()) {
      in.write(dot.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** A text between quotes in DOT. */
  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
