package dev.geminijava.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.geminijava.runtime.schedule.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser. */
@Tag("slow")
class PlanPageTest {

  private static final int STAGES = 4;
  private static final int MICRO_BATCHES = 8;

  @TempDir private static Path directory;
  private static Browser browser;
  private static Prediction prediction;
  private static Path page;

  @BeforeAll
  static void write() throws IOException {
    Optional<Path> program = Browser.installed();
    assumeTrue(
        program.isPresent(), "skipped: no Chromium on this machine; 'make init' installs it");
    prediction = Models.predict(48, STAGES, 2, MICRO_BATCHES);
    Measured measured = MeasuredTest.measured(STAGES, MICRO_BATCHES);
    String json =
        PlanJson.write(List.of(prediction, Models.predict(2, 1, 1, 1)), Optional.of(measured));
    page = Files.writeString(directory.resolve("plan.html"), PlanPage.of(json));
    browser = new Browser(program.get(), directory.resolve("profile"));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1280,light", "1280,dark", "768,light", "390,light", "390,dark"})
  void isQuietAloneAndFitsItsScreen(int width, String colours) throws Exception {
    browser.open(page, width, colours);

    assertEquals(List.of(), browser.complaints());
    assertEquals(List.of(page.toUri().toString()), browser.requests());
    assertEquals(width, number("innerWidth"));
    assertTrue(number("document.documentElement.scrollWidth") <= width);
    assertEquals(List.of(), tooWide(), "elements that stick out");
    assertTrue(contrast() >= 4.5, "text over its background: " + contrast());
  }

  private static int number(String expression) {
    return browser.evaluate(expression).getAsInt();
  }

  private static List<String> tooWide() {
    List<String> names = new ArrayList<>();
    browser
        .evaluate(
            """
            [...document.querySelectorAll("body *")]
              .filter(e => !e.closest(".scroll") && !e.closest("#tip") && !e.closest(".skip"))
              .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
              .map(e => e.tagName + "." + e.getAttribute("class"))
            """)
        .getAsJsonArray()
        .forEach(e -> names.add(e.getAsString()));
    return names;
  }

  /** The worst contrast ratio, by WCAG 2.1, of the texts outside pictures. */
  private static double contrast() {
    return browser
        .evaluate(
            """
            (() => {
              const canvas = document.createElement("canvas").getContext("2d");
              const rgba = colour => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return canvas.getImageData(0, 0, 1, 1).data;
              };
              const light = c => [0, 1, 2].map(i => c[i] / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              let worst = 21;
              for (const e of document.querySelectorAll("p,h1,h2,h3,b,span,td,th,li,button,summary")) {
                if (!e.offsetWidth || !e.textContent.trim()) continue;
                let back = e;
                while (back && rgba(getComputedStyle(back).backgroundColor)[3] < 255) back = back.parentElement;
                const a = light(rgba(getComputedStyle(e).color));
                const b = light(rgba(getComputedStyle(back || document.body).backgroundColor));
                worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
              }
              return worst;
            })()
            """)
        .getAsDouble();
  }

  @Test
  void lightAndDarkAreNotTheSame() throws Exception {
    String background = "getComputedStyle(document.body).backgroundColor";
    browser.open(page, 1280, "light");
    String light = browser.evaluate(background).getAsString();
    browser.open(page, 1280, "dark");
    assertTrue(!light.equals(browser.evaluate(background).getAsString()), light);
  }

  @Test
  void everyActionOfEveryScheduleIsABar() throws Exception {
    browser.open(page, 1280, "light");
    for (Timeline timeline : prediction.timelines()) {
      String chart = "#chart-" + timeline.schedule().name().replaceFirst("^1", "\\\\\\\\31 ");
      for (int stage = 0; stage < STAGES; stage++) {
        for (Timeline.Slot slot : timeline.rows().get(stage)) {
          String bars = chart + " .slot[data-action=\"" + slot.action() + "\"]";
          assertEquals(1, number("document.querySelectorAll('" + bars + "').length"), bars);
        }
      }
      assertEquals(
          2 * STAGES * MICRO_BATCHES,
          number("document.querySelectorAll('" + chart + " .slot').length"));
    }
  }

  @Test
  void anActionExplainsItselfToMouseAndKeyboard() throws Exception {
    browser.open(page, 1280, "light");
    assertEquals("", shown());
    browser.pointAt("#chart-gpipe .slot[data-action=\"2B3\"]");
    assertTrue(shown().startsWith("2B3\n"), shown());
    assertTrue(shown().contains("backward") && shown().contains("takes"), shown());
    browser.press("Escape");
    assertEquals("", shown());

    browser.evaluate("document.querySelector('#chart-gpipe svg').focus()");
    browser.press("ArrowRight");
    assertTrue(shown().startsWith("0F0\n"), shown());
    browser.press("ArrowRight");
    assertTrue(shown().startsWith("0F1\n"), shown());
  }

  private static String shown() {
    return browser
        .evaluate("(t => t.hidden ? '' : t.innerText)(document.getElementById('tip'))")
        .getAsString();
  }

  @Test
  void manyEqualLayersStandOnceAndStillAddUp() throws Exception {
    browser.open(page, 390, "light");
    int boxes = number("document.querySelectorAll('#where .item').length");
    assertTrue(boxes < prediction.layers().size() / 4, boxes + " boxes");
    String query = "[...document.querySelectorAll('#layers tbody tr')].map(r => r.innerText)";
    int encoders = 0;
    for (var row : browser.evaluate(query).getAsJsonArray()) {
      String text = row.getAsString();
      if (text.contains("query Linear")) {
        encoders += text.contains("×") ? Integer.parseInt(text.split(" ")[0]) : 1;
      }
    }
    assertEquals(48, encoders);
  }

  /** As in BERT: a loop's blocks are numbered behind, and hold layers without names. */
  @Test
  void blocksThatAreNumberedBehindAreFoldedToo() throws Exception {
    String json =
        PlanJson.write(List.of(Models.predict(48, STAGES, 2, MICRO_BATCHES)), Optional.empty())
            .replaceAll("(\\d+)Encoder/norm2", "$1Encoder")
            .replaceAll("(\\d+)Encoder", "$1encoder_$1");
    Path numbered = Files.writeString(directory.resolve("numbered.html"), PlanPage.of(json));
    browser.open(numbered, 390, "light");
    int boxes = number("document.querySelectorAll('#where .item').length");
    assertTrue(boxes < prediction.layers().size() / 4, boxes + " boxes");
    String text = browser.evaluate("document.getElementById('where').textContent").getAsString();
    assertTrue(text.contains(" × encoder_"), text);
  }

  @Test
  void aLayersBoxSaysWhereItGoesAndWhy() throws Exception {
    browser.open(page, 1280, "light");
    browser.pointAt(".item[aria-label^=\"query\"]");
    assertTrue(shown().contains("stage 0, split by output features"), shown());
    assertTrue(shown().contains("its result is used split by the next layer"), shown());
  }

  @Test
  void whatWasMeasuredStandsBesideWhatWasPredicted() throws Exception {
    browser.open(page, 1280, "light");
    String text = browser.evaluate("document.getElementById('measured').innerText").getAsString();
    assertTrue(text.contains("stage 3, backward"), text);
    assertEquals(
        2 * STAGES * MICRO_BATCHES + STAGES,
        number("document.querySelectorAll('#chart-measured .slot').length"),
        "actions, and an update for each stage");
  }

  @Test
  void severalModelsAreShownOneAtATime() throws Exception {
    browser.open(page, 1280, "light");
    assertEquals(STAGES, number("document.querySelectorAll('.stage').length"));
    browser.evaluate("document.querySelectorAll('#models button')[1].click()");
    assertEquals(1, number("document.querySelectorAll('.stage').length"));
    assertEquals(List.of(), browser.complaints());
  }
}
