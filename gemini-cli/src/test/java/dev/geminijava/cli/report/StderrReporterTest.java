package dev.geminijava.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StderrReporterTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theLastTableComesOnceAndLast() {
    StderrReporter reporter = new StderrReporter(err, false);
    reporter.plan("a plan\nof two lines");
    reporter.summary("table\nearly");
    reporter.summary("table\nrow");
    reporter.summary("another\nrow");
    reporter.note("a note");
    assertEquals("a plan\nof two lines\ngemini-java: a note\n", text());
    bytes.reset();
    reporter.end();
    assertEquals("table\nrow\nanother\nrow\n", text());
  }

  @Test
  void aTableThatIsMadeAtTheVeryEndIsShown() {
    StderrReporter reporter = new StderrReporter(err, true);
    reporter.end();
    reporter.summary("table\nrow");
    assertEquals("\u001b[1mtable\u001b[0m\nrow\n", text());
  }
}
