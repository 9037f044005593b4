package gemini.multimodal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Mixed input to ids and back, and what is no such input. */
class TokenizerTest {

  private static MultimodalSentencePieceTokenizer tokenizer;

  @BeforeAll
  static void load() throws Exception {
    tokenizer = MultimodalSentencePieceTokenizer.load();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static String pieces(long[] ids) {
    return Arrays.stream(ids).mapToObj(tokenizer::piece).collect(Collectors.joining(" "));
  }

  @Test
  void whatGoesInComesOut() {
    List<Part> mixed =
        List.of(
            new Part.Given(Modality.AUDIO, 2),
            new Part.Text("a soft la"),
            new Part.Given(Modality.VIDEO, 1),
            new Part.Text("Pipelines, 1 + 2?"),
            new Part.Codes(List.of(3, 0, ImageCodec.codes() - 1)),
            new Part.Given(Modality.IMAGE, 3));
    long[] ids = tokenizer.encode(mixed);
    assertEquals(mixed, tokenizer.decode(ids));
    assertArrayEquals(ids, tokenizer.encode(tokenizer.decode(ids)));
  }

  @Test
  void marksStandAroundEachModality() {
    long[] ids =
        tokenizer.encode(
            List.of(
                new Part.Given(Modality.IMAGE, 2),
                new Part.Text("a red circle"),
                new Part.Codes(List.of(7))));
    assertEquals(
        "<image> <image-token> <image-token> </image> ▁a ▁red ▁circle <image> <code 7> </image>",
        pieces(ids));
  }

  @Test
  void theEndMarkEndsIt() {
    long[] ids = tokenizer.encode(List.of(new Part.Text("a red circle")));
    long[] longer = Arrays.copyOf(ids, ids.length + 3);
    longer[ids.length] = tokenizer.end();
    assertEquals(List.of(new Part.Text("a red circle")), tokenizer.decode(longer));
  }

  @Test
  void whatHasNoPieceIsReported() {
    assertEquals(
        "Nothing stands for 木 in: a 木 circle", refused(List.of(new Part.Text("a 木 circle"))));
    assertEquals(
        "Text must not contain the mark </image>: a </image>",
        refused(List.of(new Part.Text("a </image>"))));
    assertEquals(
        "175 is no image code: there are 175", refused(List.of(new Part.Codes(List.of(175)))));
  }

  @Test
  void damageIsReported() {
    long[] ids = tokenizer.encode(List.of(new Part.Given(Modality.AUDIO, 2)));
    long[] text = tokenizer.encode(List.of(new Part.Text("a")));
    assertEquals("<audio> at 0 has no end", damaged(ids[0], ids[1]));
    assertEquals("</audio> at 1 is no text, and nothing has begun", damaged(text[0], ids[3]));
    assertEquals("▁a at 2 does not belong into AUDIO", damaged(ids[0], ids[1], text[0], ids[3]));
    assertEquals("<code 4> at 0 is no text, and nothing has begun", damaged(768 + 4));
    assertEquals("id 9999 at 0 is no text, and nothing has begun", damaged(9999));
    assertEquals("id -1 at 0 is no text, and nothing has begun", damaged(-1));
  }

  private static String refused(List<Part> parts) {
    return assertThrows(IllegalArgumentException.class, () -> tokenizer.encode(parts)).getMessage();
  }

  private static String damaged(long... ids) {
    return assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(ids)).getMessage();
  }
}
