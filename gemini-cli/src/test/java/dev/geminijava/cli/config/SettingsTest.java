package dev.geminijava.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @TempDir private Path directory;

  private Path yaml(String text) throws IOException {
    return Files.writeString(directory.resolve("gemini.yaml"), text);
  }

  private static Properties properties(String... pairs) {
    Properties properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty(pairs[i], pairs[i + 1]);
    }
    return properties;
  }

  @Test
  void flagBeforePropertyBeforeVariableBeforeFile() throws IOException {
    Path yaml = yaml("mode: sharding\nmicro-batches: 2\nschedule: gpipe\ndevices: cpu:2\n");
    Properties properties =
        properties(
            "gemini.flag.mode", "pipeline",
            "gemini.mode", "none",
            "gemini.micro-batches", "3",
            "gemini.launch.home", "x",
            "user.own", "kept");
    Map<String, String> environment =
        Map.of("GEMINI_MODE", "auto", "GEMINI_MICRO_BATCHES", "4", "GEMINI_SCHEDULE", "1F1B");
    Settings settings = Settings.resolve(properties, environment, yaml);
    assertEquals("pipeline", settings.get(Setting.MODE));
    assertEquals("--mode=", settings.origin(Setting.MODE));
    assertEquals("3", settings.get(Setting.MICRO_BATCHES));
    assertEquals("1f1b", settings.get(Setting.SCHEDULE));
    assertEquals("cpu:2", settings.get(Setting.DEVICES));
    assertNull(settings.get(Setting.TRACE));
    settings.install(properties);
    Settings.forget(properties);
    assertEquals(
        properties(
            "gemini.mode", "pipeline",
            "gemini.micro-batches", "3",
            "gemini.schedule", "1f1b",
            "gemini.devices", "cpu:2",
            "user.own", "kept"),
        properties);
  }

  @Test
  void variablesThatAreNotOursAreLeftAlone() {
    assertTrue(
        Settings.resolve(
                new Properties(), Map.of("GEMINI_API_KEY", "secret"), directory.resolve("none"))
            .isEmpty());
  }

  @Test
  void filesNamedInYamlStandBesideIt() throws IOException {
    Files.writeString(directory.resolve("my.plan"), "");
    Settings settings =
        Settings.resolve(new Properties(), Map.of(), yaml("plan: my.plan\ntrace: t.json"));
    assertEquals(directory.resolve("my.plan").toString(), settings.get(Setting.PLAN));
    assertEquals(directory.resolve("t.json").toString(), settings.get(Setting.TRACE));
  }

  @ParameterizedTest
  @CsvSource({
    "MODE, sharding-and-pipeline, true",
    "MODE, fast, false",
    "SHARDING_SIZE, 8, true",
    "SHARDING_SIZE, 0, false",
    "SHARDING_SIZE, -1, false",
    "SHARDING_SIZE, 99999999999, false",
    "PIPELINE_DEGREE, 1.5, false",
    "MICRO_BATCHES, auto, true",
    "DEVICES, cpu:4, true",
    "DEVICES, cpu:, false",
    "DEVICES, 'gpu:0,1', true",
    "DEVICES, 'gpu:0,', false",
    "DEVICE_MEMORY, 2GiB, true",
    "DEVICE_MEMORY, 1.5 GB, true",
    "DEVICE_MEMORY, 512M, true",
    "DEVICE_MEMORY, GiB, false",
    "DEVICE_MEMORY, 2 apples, false",
    "SEQUENCE_PARALLEL, true, true",
    "SEQUENCE_PARALLEL, sometimes, false",
    "QUIET, TRUE, true",
    "QUIET, maybe, false",
    "TRACE, /nowhere/at/all, false",
    "BOUNDARIES, '1,2', true",
  })
  void valuesAreCheckedWhereTheyAreWritten(Setting setting, String value, boolean allowed) {
    Properties properties = properties(setting.property(), value);
    if (allowed) {
      Settings.resolve(properties, Map.of(), directory.resolve("none"));
    } else {
      UsageException refused =
          assertThrows(
              UsageException.class,
              () -> Settings.resolve(properties, Map.of(), directory.resolve("none")));
      String start = "-D" + setting.property() + "=" + value + " is not allowed: it takes ";
      assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
    }
  }
}
