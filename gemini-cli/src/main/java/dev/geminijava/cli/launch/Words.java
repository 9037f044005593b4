package dev.geminijava.cli.launch;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names that a source mentions, found without a parser: comments and literals are skipped, and
 * names joined by dots stay together. Enough to know which other files a program may need; what is
 * found too much is only not used.
 */
public final class Words {

  private final String text;
  private int at;
  private String packageName = "";
  private final Set<String> names = new LinkedHashSet<>();

  private Words(String text) {
    this.text = text;
  }

  /** Reads a source. */
  public static Words of(String text) {
    Words words = new Words(text);
    words.read();
    return words;
  }

  /** The package that the source declares, or the empty string. */
  public String packageName() {
    return packageName;
  }

  /** Names as written, such as {@code Encoder}, {@code a.b.Encoder.SIZE} or {@code a.b.*}. */
  public Set<String> names() {
    return names;
  }

  private void read() {
    boolean afterPackage = false;
    boolean declared = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isJavaIdentifierStart(c)) {
        String name = name();
        if (afterPackage) {
          packageName = name;
          afterPackage = false;
          declared = true;
        } else if (!declared && name.equals("package")) {
          afterPackage = true;
        } else {
          declared |= name.equals("import") || name.equals("class");
          names.add(name);
        }
      } else if (c == '"') {
        string();
      } else if (c == '\'') {
        quoted('\'');
      } else if (text.startsWith("//", at) || text.startsWith("/*", at)) {
        comment();
      } else if (Character.isDigit(c)) {
        number();
      } else {
        at++;
      }
    }
  }

  private String name() {
    int start = at;
    identifier();
    int end = at;
    while (true) {
      blanks();
      if (at >= text.length() || text.charAt(at) != '.') {
        break;
      }
      at++;
      blanks();
      if (at < text.length() && text.charAt(at) == '*') {
        at++;
        return squeezed(start, at);
      }
      if (at >= text.length() || !Character.isJavaIdentifierStart(text.charAt(at))) {
        break;
      }
      identifier();
      end = at;
    }
    return squeezed(start, end);
  }

  /** A name may be broken over lines at its dots. */
  private String squeezed(int start, int end) {
    StringBuilder name = null;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (name == null && Character.isWhitespace(c)) {
        name = new StringBuilder().append(text, start, i);
      } else if (name != null && !Character.isWhitespace(c)) {
        name.append(c);
      }
    }
    return name == null ? text.substring(start, end) : name.toString();
  }

  private void identifier() {
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
  }

  private void number() {
    while (at < text.length()
        && (Character.isJavaIdentifierPart(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void comment() {
    boolean line = text.charAt(at + 1) == '/';
    int end = line ? text.indexOf('\n', at) : text.indexOf("*/", at + 2);
    at = end < 0 ? text.length() : end + (line ? 0 : 2);
  }

  private void string() {
    if (text.startsWith("\"\"\"", at)) {
      at += 3;
      while (at < text.length() && !text.startsWith("\"\"\"", at)) {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      at += 3;
    } else {
      quoted('"');
    }
  }

  /** A literal ends at its quote, or, in a broken source, at the end of its line. */
  private void quoted(char quote) {
    at++;
    while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }
}
