package dev.geminijava.passes.source;

import java.util.Objects;

/**
 * One insertion: {@code open} before a span and {@code close} after it. Nothing is ever removed.
 *
 * @param kind what is inserted, for whoever lays the text out
 * @param span what is wrapped; empty for an insertion at one place
 * @param open the text before the span
 * @param close the text after the span
 * @param pass which pass made it
 * @param why the reason, as a sentence for the user
 */
public record Edit(Kind kind, Span span, String open, String close, String pass, String why) {

  /** What an edit inserts. */
  public enum Kind {
    /** An import declaration. */
    IMPORT,
    /** A statement before another one. */
    STATEMENT,
    /** Members of a class. */
    MEMBER,
    /** A call around an expression. */
    WRAP
  }

  /** Keeps the promise that no line is added. */
  public Edit {
    Objects.requireNonNull(kind);
    if (has(open, '\n') || has(open, '\r') || has(close, '\n') || has(close, '\r')) {
      throw new IllegalArgumentException("an insertion adds no line: " + open + "…" + close);
    }
    if (kind != Kind.WRAP && (span.length() > 0 || !close.isEmpty())) {
      throw new IllegalArgumentException("only a wrap has two ends: " + kind + " " + span);
    }
  }

  /** Puts {@code open} and {@code close} around a span. */
  public static Edit wrap(Span span, String open, String close, String pass, String why) {
    return new Edit(Kind.WRAP, span, open, close, pass, why);
  }

  /** Puts a statement at an offset; the text brings the blank that parts it from the next one. */
  public static Edit statement(int offset, String text, String pass, String why) {
    return new Edit(Kind.STATEMENT, Span.at(offset), text, "", pass, why);
  }

  private static boolean has(String text, char c) {
    return text.indexOf(c) >= 0;
  }
}
