package dev.geminijava.passes.emit;

import dev.geminijava.passes.source.SourceFile;

/** How a file is indented. */
final class Indent {

  private Indent() {}

  /** The blanks and tabs that a line begins with. */
  static String of(String line) {
    int end = 0;
    while (end < line.length() && (line.charAt(end) == ' ' || line.charAt(end) == '\t')) {
      end++;
    }
    return line.substring(0, end);
  }

  /** What a broken line's rest stands further in: twice what the file uses for a block. */
  static String continuation(SourceFile file) {
    boolean opened = false;
    String outer = "";
    for (int number = 1; number <= file.lineCount(); number++) {
      String line = file.text(file.line(number));
      String indent = of(line);
      if (opened && indent.length() > outer.length() && indent.startsWith(outer)) {
        return indent.substring(outer.length()).repeat(2);
      }
      opened = line.endsWith("{");
      outer = indent;
    }
    return "    ";
  }
}
