package dev.geminijava.passes.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every code has a page, and the examples on it are what they say they are. */
class PagesTest {

  static List<Check> checks() {
    return Lint.load(PagesTest.class.getClassLoader());
  }

  static Stream<Check> withExamples() {
    return checks().stream().filter(check -> text(check).contains("## Before"));
  }

  private static String text(Check check) {
    return check.page().orElseThrow(() -> new AssertionError("no page for " + check.code()));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void thePageBeginsWithTheCodeAndItsTitle(Check check) {
    assertEquals(
        "# " + check.code() + ": " + check.title(), text(check).lines().findFirst().orElse(""));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void theTableOfCodesHasIt(Check check) throws IOException {
    String row =
        "| [%1$s](%1$s.md) | %2$s | %3$s |"
            .formatted(check.code(), check.severity().label(), check.title());
    Path table = Path.of("../docs/codes/README.md");
    assertTrue(Files.readString(table).lines().anyMatch(row::equals), row);
  }

  @ParameterizedTest
  @MethodSource("withExamples")
  void theCodeBeforeIsFoundAndTheCodeAfterIsNot(Check check) {
    String page = text(check);
    List<Diagnostic> before = lint(page, "Before", check.code());
    assertEquals(1, before.size(), before.toString());
    assertTrue(before.get(0).message().length() > 20);
    assertEquals(List.of(), lint(page, "After", check.code()));
  }

  @ParameterizedTest
  @MethodSource("withExamples")
  void thePageShowsWhatIsPrinted(Check check) {
    String page = text(check);
    Diagnostic found = lint(page, "Before", check.code()).get(0);
    String shown =
        found.severity().label() + ": " + found.message() + " [" + found.code() + "] cure: ";
    String flat = page.replaceAll("\\s+", " ");
    // The line that a message names is that of the example's own file.
    String anyLine =
        Pattern.quote(shown + found.cure()).replaceAll("line \\d+", "line \\\\E\\\\d+\\\\Q");
    assertTrue(Pattern.compile(anyLine).matcher(flat).find(), () -> shown + found.cure());
  }

  private static List<Diagnostic> lint(String page, String heading, String code) {
    Matcher block = Pattern.compile("(?s)## " + heading + "\\n\\n```java\\n(.*?)```").matcher(page);
    assertTrue(block.find(), heading);
    String source = "abstract class Example extends AbstractBlock {\n" + block.group(1) + "}\n";
    return Linting.classes(degrees(page), source).findings().stream()
        .filter(d -> d.code().equals(code))
        .toList();
  }

  /** As the command line on the page has them. */
  private static Degrees degrees(String page) {
    return Linting.degrees(
        degree(page, "--sharding-size").orElse(0), degree(page, "--pipeline-degree").orElse(0), 0);
  }

  private static Optional<Integer> degree(String page, String flag) {
    Matcher value = Pattern.compile("gemini-java lint .*" + flag + "=(\\d+)").matcher(page);
    return value.find() ? Optional.of(Integer.valueOf(value.group(1))) : Optional.empty();
  }
}
