package dev.geminijava.passes.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SourceFileTest {

  @Test
  void linesEndAsInTheJavaLanguage() {
    SourceFile file = new SourceFile(Path.of("A.java"), "a\nb\r\nc\rd\n");
    assertEquals(5, file.lineCount());
    assertEquals("b", file.text(file.line(2)));
    assertEquals("c", file.text(file.line(3)));
    assertEquals("", file.text(file.line(5)));
    assertEquals(new Position(4, 1), file.position(7));
    assertEquals(new Position(2, 3), file.position(4), "between CR and LF");
  }

  @Test
  void positionsAndOffsetsAgree() {
    String text = "\tä🚀;\r\n\n x\r\ry";
    SourceFile file = new SourceFile(Path.of("A.java"), text);
    for (int offset = 0; offset <= text.length(); offset++) {
      assertEquals(offset, file.offset(file.position(offset)));
    }
  }
}
