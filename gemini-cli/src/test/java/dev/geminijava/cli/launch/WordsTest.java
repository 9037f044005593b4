package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @Test
  void namesJoinedByDotsStayTogether() {
    Words words =
        Words.of("package a . b;\nimport c.d.*; import static e.F.g;\nclass X { Y<Z>\n .W y; }");
    assertEquals("a.b", words.packageName());
    assertTrue(words.names().contains("c.d.*"));
    assertTrue(words.names().contains("e.F.g"));
    assertTrue(words.names().contains("Y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// Hidden\n",
        "/* Hidden */",
        "/** {@link Hidden} */",
        "\"Hidden\"",
        "\"\\\"Hidden\"",
        "\"\"\"\n \"Hidden\" \\\"\"\" Hidden\n\"\"\"",
        "'\"' + \"Hidden\"",
        "1.0e5fHidden",
      })
  void commentsAndLiteralsMentionNothing(String text) {
    Words words = Words.of("class A { Object o = " + text + " ; Seen s; }");
    assertFalse(words.names().contains("Hidden"), words.names().toString());
    assertTrue(words.names().contains("Seen"), words.names().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/*", "\"", "'", "\"\"\"", "a.", "package", "a . ", "\"\\"})
  void brokenTextIsReadToItsEnd(String text) {
    assertEquals("", Words.of(text).packageName());
  }
}
