package dev.geminijava.passes.source;

/** A place in a text as people write it: both numbers count from one, a tab is one column. */
public record Position(int line, int column) {

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
