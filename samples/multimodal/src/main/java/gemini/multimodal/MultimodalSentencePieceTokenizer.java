package gemini.multimodal;

import ai.djl.sentencepiece.SpProcessor;
import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Mixed input as token ids and back, on DJL's SentencePiece library.
 *
 * <p>Text becomes the pieces of a SentencePiece model. An image, a sound or a clip stands between
 * the marks of its modality: one slot for each of its tokens, or the codes of an image, whose ids
 * follow those of the pieces:
 *
 * <pre>
 *   &lt;audio&gt; &lt;audio-token&gt; &lt;audio-token&gt; &lt;/audio&gt; ▁a ▁soft ▁la &lt;/s&gt;
 * </pre>
 */
public final class MultimodalSentencePieceTokenizer implements AutoCloseable {

  /** The marks of a modality: where it begins and ends, and where its tokens go. */
  private record Marks(int begin, int end, int slot) {}

  private final SpTokenizer tokenizer;
  private final SpProcessor pieces;
  private final int vocabulary;
  private final int imageCodes;
  private final int unknown;
  private final int end;
  private final Map<Modality, Marks> marks = new EnumMap<>(Modality.class);

  /**
   * Reads a SentencePiece model.
   *
   * @param model its protocol buffer, in which the marks are user-defined symbols
   * @param vocabulary how many pieces it has
   * @param imageCodes how many image codes there are
   */
  public MultimodalSentencePieceTokenizer(InputStream model, int vocabulary, int imageCodes)
      throws IOException {
    tokenizer = new SpTokenizer(model);
    pieces = tokenizer.getProcessor();
    this.vocabulary = vocabulary;
    this.imageCodes = imageCodes;
    unknown = pieces.getId("<unk>");
    end = pieces.getId("</s>");
    for (Modality modality : Modality.values()) {
      String name = modality.name().toLowerCase(Locale.ROOT);
      int begin = mark("<" + name + ">");
      marks.put(modality, new Marks(begin, mark("</" + name + ">"), mark("<" + name + "-token>")));
    }
  }

  private int mark(String piece) {
    int id = pieces.getId(piece);
    if (id == unknown) {
      throw new IllegalArgumentException("The model has no piece " + piece);
    }
    return id;
  }

  /** The tokenizer that comes with the sample. */
  public static MultimodalSentencePieceTokenizer load() throws IOException {
    try (InputStream model =
        MultimodalSentencePieceTokenizer.class.getResourceAsStream("words.model")) {
      if (model == null) {
        throw new IOException("words.model is not on the class path");
      }
      return new MultimodalSentencePieceTokenizer(model, 768, ImageCodec.codes());
    }
  }

  /** How many ids are text pieces, marks and slots; those of the image codes follow. */
  public int vocabulary() {
    return vocabulary;
  }

  /** The id that ends an output. */
  public int end() {
    return end;
  }

  /** The id that begins a modality. */
  public int begin(Modality modality) {
    return marks.get(modality).begin;
  }

  /** The id that ends a modality. */
  public int end(Modality modality) {
    return marks.get(modality).end;
  }

  /** The id whose places the tokens of a modality take. */
  public int slot(Modality modality) {
    return marks.get(modality).slot;
  }

  /** An id as people read it. */
  public String piece(long id) {
    return id < vocabulary
        ? pieces.getToken(Math.toIntExact(id))
        : "<code " + (id - vocabulary) + ">";
  }

  /**
   * The ids of mixed input.
   *
   * @throws IllegalArgumentException if the text has a character that no piece stands for, or
   *     something that reads as a mark; or if there is no such image code
   */
  public long[] encode(List<Part> parts) {
    List<Long> ids = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        encode(text.text(), ids);
      } else if (part instanceof Part.Given given) {
        Marks of = marks.get(given.modality());
        ids.add((long) of.begin);
        for (int i = 0; i < given.tokens(); i++) {
          ids.add((long) of.slot);
        }
        ids.add((long) of.end);
      } else if (part instanceof Part.Codes image) {
        Marks of = marks.get(Modality.IMAGE);
        ids.add((long) of.begin);
        for (int code : image.codes()) {
          if (code < 0 || code >= imageCodes) {
            throw new IllegalArgumentException(
                "%d is no image code: there are %d".formatted(code, imageCodes));
          }
          ids.add((long) vocabulary + code);
        }
        ids.add((long) of.end);
      }
    }
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  private void encode(String text, List<Long> ids) {
    for (int id : pieces.encode(text)) {
      if (id == unknown) {
        throw new IllegalArgumentException(
            "Nothing stands for %s in: %s".formatted(firstUnknown(text), text));
      }
      if (isMark(id)) {
        throw new IllegalArgumentException(
            "Text must not contain the mark %s: %s".formatted(piece(id), text));
      }
      ids.add((long) id);
    }
  }

  private String firstUnknown(String text) {
    return text.codePoints()
        .mapToObj(Character::toString)
        .filter(letter -> !letter.isBlank())
        .filter(letter -> contains(pieces.encode(letter), unknown))
        .findFirst()
        .orElse("a part");
  }

  private static boolean contains(int[] ids, int id) {
    for (int other : ids) {
      if (other == id) {
        return true;
      }
    }
    return false;
  }

  private boolean isMark(long id) {
    return marks.values().stream().anyMatch(m -> id == m.begin || id == m.end || id == m.slot);
  }

  /**
   * What ids mean, up to the end mark.
   *
   * @throws IllegalArgumentException if a modality does not end, ends without a beginning, or
   *     contains what does not belong there; the message names the place
   */
  public List<Part> decode(long[] ids) {
    List<Part> parts = new ArrayList<>();
    List<Integer> text = new ArrayList<>();
    int at = 0;
    while (at < ids.length && ids[at] != end) {
      Modality modality = begun(ids[at]);
      if (modality == null) {
        if (ids[at] < 0 || ids[at] >= vocabulary || isMark(ids[at])) {
          throw damaged(ids, at, "is no text, and nothing has begun");
        }
        text.add(Math.toIntExact(ids[at]));
        at++;
      } else {
        flush(text, parts);
        int last = at + 1;
        while (last < ids.length && ids[last] != marks.get(modality).end) {
          last++;
        }
        if (last == ids.length) {
          throw damaged(ids, at, "has no end");
        }
        parts.add(part(modality, ids, at + 1, last));
        at = last + 1;
      }
    }
    flush(text, parts);
    return List.copyOf(parts);
  }

  private Modality begun(long id) {
    for (Map.Entry<Modality, Marks> entry : marks.entrySet()) {
      if (entry.getValue().begin == id) {
        return entry.getKey();
      }
    }
    return null;
  }

  private void flush(List<Integer> text, List<Part> parts) {
    if (!text.isEmpty()) {
      int[] ids = text.stream().mapToInt(Integer::intValue).toArray();
      parts.add(new Part.Text(pieces.decode(ids)));
      text.clear();
    }
  }

  private Part part(Modality modality, long[] ids, int from, int to) {
    boolean codes = modality == Modality.IMAGE && from < to && ids[from] >= vocabulary;
    List<Integer> image = new ArrayList<>();
    for (int at = from; at < to; at++) {
      long code = ids[at] - vocabulary;
      boolean fits = codes ? code >= 0 && code < imageCodes : ids[at] == slot(modality);
      if (!fits) {
        throw damaged(ids, at, "does not belong into " + modality);
      }
      image.add((int) code);
    }
    return codes ? new Part.Codes(List.copyOf(image)) : new Part.Given(modality, to - from);
  }

  private IllegalArgumentException damaged(long[] ids, int at, String what) {
    boolean known = ids[at] >= 0 && ids[at] < (long) vocabulary + imageCodes;
    return new IllegalArgumentException(
        "%s at %d %s".formatted(known ? piece(ids[at]) : "id " + ids[at], at, what));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
