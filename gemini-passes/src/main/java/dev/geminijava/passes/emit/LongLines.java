package dev.geminijava.passes.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Breaks lines that insertions have made too long, where a formatter would: after an assignment
 * sign, before the inserted call or the chain that follows it, inside it, inside what it wraps.
 *
 * @param text the text
 * @param calls where each inserted call begins, and where its argument does
 * @param chains for the beginnings of some of them, where a chain goes on after the call
 * @param step how much further in the rest of a broken line stands
 * @param newline what ends a line
 */
record LongLines(
    String text,
    NavigableMap<Integer, Integer> calls,
    Map<Integer, Integer> chains,
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
    int sign = text.indexOf(ASSIGNMENT, start);
    if (sign >= 0 && sign < call.getKey() && !isInLiteral(start, sign)) {
      int value = sign + ASSIGNMENT.length();
      out.append(text, start, value - 1).append(newline).append(indent);
      write(value, end, LIMIT - indent.length(), indent + step, out);
    } else {
      write(start, end, LIMIT, indent, out);
    }
  }

  /** Writes a piece of a line; where it is broken, its rest stands at an indent. */
  private void write(int from, int end, int room, String indent, StringBuilder out) {
    int at = end - from <= room ? -1 : place(from, end, room, indent);
    if (at < 0) {
      out.append(text, from, end);
      return;
    }
    out.append(text.substring(from, at).stripTrailing()).append(newline).append(indent);
    int rest = LIMIT - indent.length();
    Map.Entry<Integer, Integer> call = calls.ceilingEntry(from);
    Integer chain = call != null && call.getValue() == at ? chains.get(call.getKey()) : null;
    if (chain == null || chain >= end) {
      write(at, end, rest, indent + step, out);
    } else {
      // A call that was opened up is closed before its chain goes on.
      write(at, chain, rest, indent + step, out);
      out.append(newline).append(indent);
      write(chain, end, rest, indent + step, out);
    }
  }

  /** The best place to break a piece; negative when there is none. */
  private int place(int from, int end, int room, String indent) {
    Map.Entry<Integer, Integer> call = calls.ceilingEntry(from);
    if (call == null || call.getKey() >= end) {
      int inside = text.indexOf('(', from) + 1;
      boolean fits = end - inside <= LIMIT - indent.length();
      return inside > 0 && inside < end - 1 && fits ? inside : -1;
    }
    int open = call.getKey();
    for (int inside : parentheses(from, open)) {
      if (end - inside <= LIMIT - indent.length()) {
        return inside;
      }
    }
    boolean argument =
        text.startsWith("(", open - 1)
            || text.startsWith("-> ", open - 3)
            || text.startsWith(" : ", open - 3);
    if (argument && open > from) {
      return open;
    }
    Integer chain = chains.get(open);
    return chain != null && chain < end && chain - from <= room ? chain : call.getValue();
  }

  /** Where the arguments begin that a place is within, outermost first. */
  private List<Integer> parentheses(int from, int at) {
    List<Integer> open = new ArrayList<>();
    for (int i = from; i < at; i++) {
      if (isInLiteral(from, i)) {
        continue;
      }
      if (text.charAt(i) == '(') {
        open.add(i + 1);
      } else if (text.charAt(i) == ')' && !open.isEmpty()) {
        open.remove(open.size() - 1);
      }
    }
    return open;
  }

  private boolean isInLiteral(int start, int at) {
    return text.substring(start, at).chars().filter(c -> c == '"').count() % 2 == 1;
  }
}
