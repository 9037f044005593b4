package dev.geminijava.passes.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CaretPrinterTest {

  private final SourceFile file =
      new SourceFile(Path.of("src/Net.java"), "class Net {\n\tint heads = 6;\n}\n");
  private final Diagnostic diagnostic =
      new Diagnostic(
          Severity.WARNING,
          "heads",
          file,
          new Span(25, 26),
          "6 heads do not divide by 4",
          "use 8 heads");

  @Test
  void placeLineCaretAndCure() {
    assertEquals(
        """
        src/Net.java:2:14: warning: 6 heads do not divide by 4 [heads]
        \tint heads = 6;
        \t            ^
        cure: use 8 heads
        """,
        new CaretPrinter(false).print(diagnostic));
  }

  @Test
  void aSpanOverSeveralLinesIsMarkedOnItsFirst() {
    Diagnostic all = Diagnostic.note("n", file, new Span(6, 30), "all of it", "");
    assertEquals(
        """
        src/Net.java:1:7: note: all of it [n]
        class Net {
              ^~~~~
        """,
        new CaretPrinter(false).print(all));
  }

  @Test
  void coloursOnlyWhenAskedFor() {
    assertTrue(new CaretPrinter(true).print(diagnostic).contains("\u001b[1;33mwarning: "));
  }
}
