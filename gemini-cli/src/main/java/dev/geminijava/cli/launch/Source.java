package dev.geminijava.cli.launch;

import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A source file of the program.
 *
 * @param path as the user wrote it, which is how javac's messages name it
 * @param text the whole text
 */
public record Source(Path path, String text) {

  /**
   * Reads a file as {@code java} does: in the platform's character set, and in a file that is not
   * called {@code .java} a first line beginning {@code #!} counts as blank.
   */
  public static Source read(Path path) {
    String text;
    try {
      text = new String(Files.readAllBytes(path), Charset.defaultCharset());
    } catch (IOException e) {
      throw new UsageException("cannot read " + path + ": " + e.getMessage());
    }
    if (text.startsWith("#!") && !path.toString().endsWith(".java")) {
      int end = text.indexOf('\n');
      text = end < 0 ? "" : text.substring(end);
    }
    return new Source(path, text);
  }
}
