package dev.geminijava.runtime;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Settings as text with where they come from; what is put first wins. */
final class Settings {

  /** The keys, as in {@code --sharding-size}, {@code gemini.sharding-size}, and so on. */
  static final List<String> KEYS =
      List.of(
          "mode",
          "sharding-size",
          "pipeline-degree",
          "micro-batches",
          "sequence-parallel",
          "schedule",
          "precision",
          "devices",
          "plan",
          "device-memory",
          "trace",
          "quiet",
          "boundaries");

  private final Map<String, Setting> values = new HashMap<>();

  /** The text of a setting, and the text that shows the user which one is meant. */
  private record Setting(String text, String origin) {}

  Settings() {}

  Settings(Settings others) {
    values.putAll(others.values);
  }

  /** Replaces a setting. */
  void set(String key, String text) {
    values.put(key, new Setting(text, key + "=" + text));
  }

  /** Adds a setting unless there is one. */
  void put(String key, String text, String origin) {
    if (text != null && !text.isBlank()) {
      values.putIfAbsent(key, new Setting(text.strip(), origin + "=" + text.strip()));
    }
  }

  void put(Properties properties) {
    KEYS.forEach(key -> put(key, properties.getProperty("gemini." + key), key));
  }

  void put(Map<String, String> environment) {
    for (String key : KEYS) {
      String name = "GEMINI_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
      put(key, environment.get(name), name);
    }
  }

  /**
   * Reads a setting; {@code auto} is as if it were absent, and hides what was put later.
   *
   * @throws GeminiConfigException that says which setting the parser refused
   */
  <T> Optional<T> get(String key, Function<String, T> parser) {
    Setting setting = values.get(key);
    if (setting == null || setting.text().equalsIgnoreCase("auto")) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(setting.text()));
    } catch (GeminiConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new GeminiConfigException(setting.origin() + ": " + e.getMessage());
    }
  }

  /** Reads a number from 1. */
  static int positive(String text) {
    if (!text.matches("0*[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException("`" + text + "` is not a whole number from 1");
    }
    return Integer.parseInt(text);
  }

  /** Reads one of some values by the name that {@code toString} gives it, in any case. */
  static <T> T oneOf(T[] values, String what, String text) {
    String name = text.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values)
        .filter(value -> value.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`%s` is no %s: use one of %s"
                        .formatted(
                            text,
                            what,
                            Arrays.stream(values)
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /** Reads a truth value. */
  static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes" -> true;
      case "false", "0", "no" -> false;
      default -> throw new IllegalArgumentException("`" + text + "`: use true or false");
    };
  }
}
