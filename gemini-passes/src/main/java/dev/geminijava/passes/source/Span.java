package dev.geminijava.passes.source;

/** The characters from {@code start} up to, not including, {@code end}. */
public record Span(int start, int end) {

  /** Rejects a span that ends before it starts. */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("no such span: " + start + ".." + end);
    }
  }

  /** The empty span at {@code offset}. */
  public static Span at(int offset) {
    return new Span(offset, offset);
  }

  /** Whether {@code other} lies inside this span, or equals it. */
  public boolean contains(Span other) {
    return start <= other.start && other.end <= end;
  }

  /** Whether the two share characters and neither contains the other. */
  public boolean crosses(Span other) {
    return start < other.end && other.start < end && !contains(other) && !other.contains(this);
  }

  /** The number of characters. */
  public int length() {
    return end - start;
  }
}
