package gemini.multimodal.sample;

import gemini.multimodal.Modality;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.Part;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Shows what mixed input becomes, what it becomes again, and what is refused. */
public final class Tokenize {

  private Tokenize() {}

  public static void main(String[] args) throws Exception {
    String words = args.length > 0 ? String.join(" ", args) : "a large yellow triangle";
    List<Part> mixed =
        List.of(
            new Part.Given(Modality.AUDIO, 3),
            new Part.Text("What do you hear?"),
            new Part.Given(Modality.VIDEO, 2),
            new Part.Text(words),
            new Part.Codes(List.of(12, 0, 174)));
    try (MultimodalSentencePieceTokenizer tokenizer = MultimodalSentencePieceTokenizer.load()) {
      System.out.println("Input:   " + mixed);
      long[] ids = tokenizer.encode(mixed);
      System.out.println("Ids:     " + Arrays.toString(ids));
      System.out.println(
          "Pieces:  "
              + Arrays.stream(ids).mapToObj(tokenizer::piece).collect(Collectors.joining(" ")));
      System.out.println("Decoded: " + tokenizer.decode(ids));
      System.out.println("Same:    " + tokenizer.decode(ids).equals(mixed));

      long[] cut = Arrays.copyOf(ids, 3);
      refused("Damaged", () -> tokenizer.decode(cut));
      refused("Unknown", () -> tokenizer.encode(List.of(new Part.Text("a 木 circle"))));
    }
  }

  private static void refused(String what, Runnable code) {
    try {
      code.run();
      throw new IllegalStateException(what + " input was taken");
    } catch (IllegalArgumentException e) {
      System.out.printf("%-8s %s%n", what + ":", e.getMessage());
    }
  }
}
