package dev.geminijava.tests.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole programs, written as users of DJL write them, print in every mode what they print alone.
 * {@code -Dprograms=TinyGpt,Gan} runs some of them.
 */
@Tag("slow")
class ProgramsTest {

  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");
  private static final double TOLERANCE = 1e-4;
  private static final double NEARLY_ZERO = 1e-3;

  /** Legal on one device, refused on several. */
  private static final String REFUSED = "TwoBackwards";

  private static final Set<String> CHOSEN =
      Arrays.stream(System.getProperty("programs", "").split(","))
          .filter(name -> !name.isBlank())
          .collect(Collectors.toSet());

  private static final Map<String, UserProgram> REWRITTEN = new ConcurrentHashMap<>();
  private static final Map<String, String> ALONE = new ConcurrentHashMap<>();

  private enum Mode {
    NONE("none", 1, 1),
    PIPELINE_2("pipeline", 2, 1),
    PIPELINE_3("pipeline", 3, 1),
    SHARDING_2("sharding", 1, 2),
    SHARDING_4("sharding", 1, 4),
    TWO_BY_TWO("sharding_and_pipeline", 2, 2);

    private final Map<String, String> settings = new HashMap<>();

    Mode(String mode, int stages, int ranks) {
      settings.put("mode", mode);
      settings.put("pipeline-degree", Integer.toString(stages));
      settings.put("sharding-size", Integer.toString(ranks));
      settings.put("quiet", "true");
    }
  }

  static Stream<Arguments> cases() {
    return UserProgram.names().stream()
        .filter(name -> !name.equals(REFUSED) && (CHOSEN.isEmpty() || CHOSEN.contains(name)))
        .flatMap(name -> Stream.of(Mode.values()).map(mode -> arguments(name, mode)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void printsWhatItPrintsAlone(String name, Mode mode) {
    String alone = ALONE.computeIfAbsent(name, n -> UserProgram.written(n).run(Mode.NONE.settings));
    UserProgram program = REWRITTEN.computeIfAbsent(name, UserProgram::rewritten);
    assertSame(alone, program.run(mode.settings));
  }

  @Test
  void gradientsThatWouldBeLostAreRefused() {
    UserProgram program = UserProgram.rewritten(REFUSED);
    assertEquals(4, program.run(Mode.NONE.settings).lines().count());
    for (Mode mode : new Mode[] {Mode.PIPELINE_2, Mode.SHARDING_2, Mode.TWO_BY_TWO}) {
      IllegalStateException thrown =
          assertThrows(IllegalStateException.class, () -> program.run(mode.settings));
      assertTrue(thrown.getMessage().contains("second backward()"), thrown.getMessage());
    }
  }

  /** Equal texts, in which numbers may differ by rounding. */
  private static void assertSame(String expected, String actual) {
    String everything = "expected:\n" + expected + "\nbut was:\n" + actual;
    assertEquals(
        NUMBER.matcher(expected).replaceAll("#"),
        NUMBER.matcher(actual).replaceAll("#"),
        everything);
    Matcher one = NUMBER.matcher(expected);
    Matcher other = NUMBER.matcher(actual);
    while (one.find() && other.find()) {
      double a = Double.parseDouble(one.group());
      double b = Double.parseDouble(other.group());
      double scale = Math.max(NEARLY_ZERO, Math.max(Math.abs(a), Math.abs(b)));
      assertTrue(
          Math.abs(a - b) <= TOLERANCE * scale,
          () -> one.group() + " became " + other.group() + "\n" + everything);
    }
  }
}
