package dev.geminijava.passes.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EditsTest {

  private static Edit wrap(int start, int end, String name) {
    return Edit.wrap(new Span(start, end), name + "(", ")", "test", "because");
  }

  private static Edit before(int offset, String text) {
    return Edit.statement(offset, text, "test", "because");
  }

  @Test
  void theLongerWrapIsTheOuterOneWhateverCameFirst() {
    String text = "a.f(x);";
    assertEquals(
        "cut(row(a).f(x));", Edits.of(List.of(wrap(0, 1, "row"), wrap(0, 6, "cut"))).apply(text));
    assertEquals(
        "cut(row(a).f(x));", Edits.of(List.of(wrap(0, 6, "cut"), wrap(0, 1, "row"))).apply(text));
    assertEquals("g(a.f(h(x)));", Edits.of(List.of(wrap(4, 5, "h"), wrap(0, 6, "g"))).apply(text));
  }

  @Test
  void ofTwoWrapsAroundTheSameSpanTheFirstIsTheOuterOne() {
    Edits edits = Edits.of(List.of(wrap(0, 1, "cut"), wrap(0, 1, "reduce")));
    assertEquals("cut(reduce(a));", edits.apply("a;"));
  }

  @Test
  void aStatementStandsBeforeWhatIsWrapped() {
    Edits edits = Edits.of(List.of(wrap(3, 4, "cut"), before(3, "int s; ")));
    assertEquals("{a;int s; cut(b);}", edits.apply("{a;b;}"));
  }

  @Test
  void equalEditsCountOnce() {
    Edits edits = Edits.of(List.of(wrap(0, 1, "f"))).plus(List.of(wrap(0, 1, "f")));
    assertEquals("f(a)", edits.apply("a"));
  }

  @Test
  void wrapsThatCrossAreRefused() {
    List<Edit> crossing = List.of(wrap(0, 3, "f"), wrap(2, 5, "g"));
    assertThrows(IllegalArgumentException.class, () -> Edits.of(crossing));
  }

  @Test
  void anInsertionAddsNoLine() {
    assertThrows(IllegalArgumentException.class, () -> before(0, "a;\n"));
  }

  @Test
  void erasingAnotherTextIsRefused() {
    Edits edits = Edits.of(List.of(wrap(1, 2, "f")));
    assertThrows(IllegalArgumentException.class, () -> edits.erase("abc"));
  }

  @Test
  void erasingUndoesAnyEdits() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      String text =
          random
              .ints(40, 'a', 'z')
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      List<Edit> made = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int start = random.nextInt(40);
        Edit edit =
            random.nextBoolean()
                ? wrap(start, start + 1 + random.nextInt(40 - start), "w" + i)
                : before(start, "s" + i + "; ");
        if (made.stream().noneMatch(other -> other.span().crosses(edit.span()))) {
          made.add(edit);
        }
      }
      Edits edits = Edits.of(made);
      String edited = edits.apply(text);
      assertEquals(text, edits.erase(edited));
      assertNested(edited);
    }
  }

  /** Every parenthesis closes one that is open. */
  private static void assertNested(String text) {
    int open = 0;
    for (char c : text.toCharArray()) {
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
      assertEquals(true, open >= 0, text);
    }
    assertEquals(0, open, text);
  }
}
