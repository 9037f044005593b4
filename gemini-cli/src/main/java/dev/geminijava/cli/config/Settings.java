package dev.geminijava.cli.config;

import dev.geminijava.cli.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The settings in force: flag before system property before environment before gemini.yaml. */
public final class Settings {

  /** Where the launcher script leaves the flags that it read. */
  private static final String FLAG = "gemini.flag.";

  private static final String LAUNCH = "gemini.launch.";

  /** The part of a gemini.yaml that is not about running a program. */
  private static final String LINT = "lint";

  private static final String YAML = "Write lines such as 'mode: pipeline'.";

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> origins = new EnumMap<>(Setting.class);

  private Settings() {}

  /**
   * Reads every place.
   *
   * @param yaml the file beside the program; it need not exist
   * @throws UsageException for a key or a value that is unknown, naming where it is written
   */
  public static Settings resolve(
      Properties properties, Map<String, String> environment, Path yaml) {
    Settings settings = new Settings();
    for (Setting setting : Setting.values()) {
      settings.put(
          setting, properties.getProperty(FLAG + setting.key()), "--" + setting.key() + "=");
      settings.put(
          setting, properties.getProperty(setting.property()), "-D" + setting.property() + "=");
      settings.put(setting, environment.get(setting.variable()), setting.variable() + "=");
    }
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith("gemini.") && !name.startsWith(FLAG) && !name.startsWith(LAUNCH)) {
        known("-D" + name, name.substring("gemini.".length()), "-Dgemini.");
      }
    }
    if (Files.exists(yaml)) {
      for (YamlFile.Entry entry : YamlFile.read(yaml, YAML)) {
        if (entry.key().equals(LINT)) {
          continue;
        }
        Setting setting = known(entry.place() + entry.key(), entry.key(), "");
        settings.put(
            setting, beside(yaml, setting, entry.text(YAML)), entry.place() + entry.key() + ": ");
      }
    }
    return settings;
  }

  /** Whether nobody wrote any. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** A setting's value, or null if nobody wrote one. */
  public String get(Setting setting) {
    return values.get(setting);
  }

  /** Where a setting's value was written, such as {@code --mode=}, or null. */
  public String origin(Setting setting) {
    return origins.get(setting);
  }

  /** Leaves them where the runtime reads them. */
  public void install(Properties properties) {
    for (Map.Entry<Setting, String> entry : values.entrySet()) {
      properties.setProperty(entry.getKey().property(), entry.getValue());
    }
  }

  /** Takes away what the launcher left for us: no program has such properties under java. */
  public static void forget(Properties properties) {
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(FLAG) || name.startsWith(LAUNCH)) {
        properties.remove(name);
      }
    }
  }

  /** Takes a value unless a place with precedence had one; every value is checked all the same. */
  private void put(Setting setting, String written, String origin) {
    if (written == null || written.isEmpty() && origin.startsWith("GEMINI_")) {
      return;
    }
    String value = setting.accept(written);
    if (value == null) {
      throw refused(setting, written, origin);
    }
    if (values.putIfAbsent(setting, value) == null) {
      origins.put(setting, origin);
    }
  }

  private static UsageException refused(Setting setting, String written, String origin) {
    String message = origin + written + " is not allowed: it takes " + setting.allowed() + ".";
    String near = Spelling.nearest(written, setting.choices());
    if (near != null) {
      message += " Did you mean " + origin + near + "?";
    } else if (setting == Setting.PLAN) {
      message += " 'gemini-java plan -o FILE' writes one.";
    }
    return new UsageException(message);
  }

  private static Setting known(String where, String key, String prefix) {
    List<String> keys = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key)) {
        return setting;
      }
      keys.add(setting.key());
    }
    String near = Spelling.nearest(key, keys);
    throw new UsageException(
        where
            + " is not a setting. "
            + (near == null
                ? "The settings are " + String.join(", ", keys) + "."
                : "Did you mean " + prefix + near + "?"));
  }

  /** A file named in YAML stands beside the YAML. */
  private static String beside(Path yaml, Setting setting, String value) {
    return switch (setting) {
      case PLAN, TRACE -> yaml.toAbsolutePath().resolveSibling(value).toString();
      case PLUGIN -> {
        List<String> files = new ArrayList<>();
        for (String file : value.split(",", -1)) {
          files.add(yaml.toAbsolutePath().resolveSibling(file.strip()).toString());
        }
        yield String.join(",", files);
      }
      default -> value;
    };
  }
}
