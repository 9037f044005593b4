package dev.geminijava.passes.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** One Java source: where it is from, and its text exactly as written. */
public final class SourceFile {

  private final Path path;
  private final String text;
  private final int[] lineStarts;

  /**
   * @param path what messages call the file; it need not exist
   * @param text the whole text
   */
  public SourceFile(Path path, String text) {
    this.path = Objects.requireNonNull(path);
    this.text = Objects.requireNonNull(text);
    this.lineStarts = lineStarts(text);
  }

  /** Reads a file as UTF-8. */
  public static SourceFile read(Path path) throws IOException {
    return new SourceFile(path, Files.readString(path));
  }

  /** What messages call the file. */
  public Path path() {
    return path;
  }

  /** The whole text. */
  public String text() {
    return text;
  }

  /** The text of a span. */
  public String text(Span span) {
    return text.substring(span.start(), span.end());
  }

  /** The number of lines; an empty text has one. */
  public int lineCount() {
    return lineStarts.length;
  }

  /** Where an offset stands. */
  public Position position(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Position(line + 1, offset - lineStarts[line] + 1);
  }

  /** The offset of a position. */
  public int offset(Position position) {
    return lineStarts[position.line() - 1] + position.column() - 1;
  }

  /** A line, counted from one, without what ends it. */
  public Span line(int number) {
    int start = lineStarts[number - 1];
    int end = number < lineStarts.length ? lineStarts[number] : text.length();
    while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return new Span(start, end);
  }

  /** Lines end with LF, CR, or CR LF, as in the Java language. */
  private static int[] lineStarts(String text) {
    int[] starts = new int[16];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ends =
          c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
      if (ends) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count++] = i + 1;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceFile file && path.equals(file.path) && text.equals(file.text);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
