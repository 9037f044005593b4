package dev.geminijava.cli.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Predictions as one page that needs nothing beside it. */
public final class PlanPage {

  private PlanPage() {}

  /**
   * The page.
   *
   * @param json what {@link PlanJson} wrote; it contains no {@code <}, so it cannot end the script
   */
  public static String of(String json) {
    return resource("plan.html")
        .replace("/*STYLE*/", resource("plan.css").strip())
        .replace("/*SCRIPT*/", resource("plan.js").strip())
        .replace("/*PLAN*/", json.strip());
  }

  private static String resource(String name) {
    try (InputStream in = PlanPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
