package gemini.multimodal.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import gemini.multimodal.Sampling;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command line of {@link Generate}. */
class OptionsTest {

  @Test
  void withoutOptionsTheBestTokensAreTaken() {
    Options options = Options.of(new String[] {"draw a large", "red circle"});
    assertEquals(Sampling.GREEDY, options.sampling());
    assertEquals(List.of("draw", "a", "large", "red", "circle"), options.words());
    assertNull(options.task());
  }

  @Test
  void everyOption() {
    String[] words = {
      "--temperature=0.7", "--top-k=5", "--top-p=0.9", "--seed=3", "--folder=there", "clip 7"
    };
    Options options = Options.of(words);
    assertEquals(new Sampling(0.7, 5, 0.9), options.sampling());
    assertEquals(3, options.seed());
    assertEquals(Path.of("there"), options.folder());
    assertEquals(Task.MOTION, options.task());
    assertEquals(7, options.exercise());
  }

  @Test
  void whatIsWrongIsSaid() {
    assertEquals("No such option: --top=3\n" + Options.USAGE, refused("--top=3", "tone"));
    assertEquals("Not a number: --top-k=many", refused("--top-k=many", "tone"));
    assertEquals("Not a number: --seed", refused("--seed", "tone"));
    assertEquals("There is no prompt\n" + Options.USAGE, refused("--seed=1", " "));
    assertEquals(
        "temperature -1.0 and topK 0 must not be negative, and topP 1.0 in (0, 1]",
        refused("--temperature=-1", "tone"));
    Options options = Options.of(new String[] {"tone", "high"});
    assertEquals(
        "Not the number of an exercise: high",
        assertThrows(IllegalArgumentException.class, options::exercise).getMessage());
  }

  private static String refused(String... words) {
    return assertThrows(IllegalArgumentException.class, () -> Options.of(words)).getMessage();
  }
}
