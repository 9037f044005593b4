package dev.geminijava.tests.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A way to write an operation, with operands to try it on.
 *
 * @param expression Java, over the operands
 * @param operands what it is given
 */
record Use(String expression, List<Operand> operands) {

  /**
   * What an expression is given.
   *
   * @param name what the expression calls it
   * @param shape of an array; empty for a number
   * @param below an array of whole numbers below this, if it is not zero; or the number
   */
  record Operand(String name, long[] shape, long below) {

    boolean isArray() {
      return shape != null;
    }

    static Operand parse(String text) {
      if (text.contains("=")) {
        String[] sides = text.split("=");
        return new Operand(sides[0], null, Long.parseLong(sides[1]));
      }
      String[] sides = text.split(":");
      String[] head = sides[0].split("#");
      long[] shape = Arrays.stream(sides[1].split("x")).mapToLong(Long::parseLong).toArray();
      return new Operand(head[0], shape, head.length > 1 ? Long.parseLong(head[1]) : 0);
    }
  }

  /** Reads {@code i#5:4x6} as whole numbers below five, and {@code n=4} as a number. */
  static Use parse(String expression, String operands) {
    return new Use(expression, Arrays.stream(operands.split(" ")).map(Operand::parse).toList());
  }

  /** The same expression for several methods, and several shapes. */
  static List<Use> each(String methods, String expression, String... operands) {
    List<Use> uses = new ArrayList<>();
    for (String method : methods.split(" ")) {
      for (String shapes : operands) {
        uses.add(parse(expression.replace("METHOD", method), shapes));
      }
    }
    return uses;
  }

  @Override
  public String toString() {
    List<String> given = new ArrayList<>();
    for (Operand operand : operands) {
      given.add(
          operand.name()
              + (operand.isArray()
                  ? " of shape " + Arrays.toString(operand.shape())
                  : " = " + operand.below()));
    }
    return expression + " with " + String.join(", ", given);
  }
}
