package dev.geminijava.passes.emit;

import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;

/**
 * Breaks lines that insertions have made too long, where a formatter would: after an assignment
 * sign, before the inserted call or the chain that follows it, inside it, inside what it wraps.
 *
 * @param text the text
 * @param calls where each inserted call begins, and where its argument does
 * @param chains where a chain of calls goes on after an inserted one
 * @param step how much further in the rest of a broken line stands
 * @param newline what ends a line
 */
record LongLines(
    String text,
    NavigableMap<Integer, Integer> calls,
    NavigableSet<Integer> chains,
    String step,
    String newline) {

  private static final int LIMIT = 100;
  private static final String ASSIGNMENT = " = ";

  String broken() {
    StringBuilder out = new StringBuilder(text.length());
    int start = 0;
    while (true) {
      int end = text.indexOf(newline, start);
      line(start, end < 0 ? text.length() : end, out);
      if (end < 0) {
        return out.toString();
      }
      out.append(newline);
      start = end + newline.length();
    }
  }

  private void line(int start, int end, StringBuilder out) {
    Map.Entry<Integer, Integer> call = calls.ceilingEntry(start);
    if (end - start <= LIMIT || call == null || call.getKey() >= end) {
      out.append(text, start, end);
      return;
    }
    String indent = Indent.of(text.substring(start, end)) + step;
    int from = start;
    int sign = text.indexOf(ASSIGNMENT, start);
    if (sign >= 0 && sign < call.getKey() && !isInLiteral(start, sign)) {
      from = breakAt(from, sign + ASSIGNMENT.length(), indent, out);
    }
    while (end - from > LIMIT - (from == start ? 0 : indent.length())) {
      int at = place(from, end, indent, from == start);
      if (at < 0) {
        break;
      }
      indent = from == start ? indent : indent + step;
      from = breakAt(from, at, indent, out);
    }
    out.append(text, from, end);
  }

  /** The best place to break what is left of a line; negative when there is none. */
  private int place(int from, int end, String indent, boolean whole) {
    int room = LIMIT - (whole ? 0 : indent.length());
    int next = LIMIT - indent.length() - (whole ? 0 : step.length());
    Map.Entry<Integer, Integer> call = calls.ceilingEntry(from);
    Integer chain = chains.higher(from);
    boolean chained = chain != null && chain < end && chain - from <= room && end - chain <= next;
    if (call == null || call.getKey() >= end) {
      if (chained) {
        return chain;
      }
      int parenthesis = text.indexOf('(', from) + 1;
      return parenthesis > 0 && parenthesis < end - 1 && end - parenthesis <= next
          ? parenthesis
          : -1;
    }
    int open = call.getKey();
    boolean argument = text.startsWith("(", open - 1) || text.startsWith("-> ", open - 3);
    if (argument && open > from) {
      return open;
    }
    return chained ? chain : call.getValue();
  }

  private int breakAt(int from, int at, String indent, StringBuilder out) {
    out.append(text.substring(from, at).stripTrailing()).append(newline).append(indent);
    return at;
  }

  private boolean isInLiteral(int start, int at) {
    return text.substring(start, at).chars().filter(c -> c == '"').count() % 2 == 1;
  }
}
