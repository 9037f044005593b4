package dev.geminijava.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.runtime.schedule.ScheduleType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiConfigTest {

  @TempDir Path directory;

  @Test
  void nothingSetLeavesEverythingOpen() {
    GeminiConfig config = config(Map.of(), Map.of());
    assertEquals(ParallelMode.AUTO, config.mode());
    assertEquals(OptionalInt.empty(), config.shardingSize());
    assertEquals(Optional.empty(), config.schedule());
    assertEquals(new DeviceSpec.Cpu(1), config.devicesOrDefault());
  }

  @Test
  void builderWinsOverPropertyWinsOverEnvironmentWinsOverPlan() throws IOException {
    Path plan = write("micro-batches=16", "schedule=gpipe", "pipeline-degree=2", "sharding-size=2");
    GeminiConfig config =
        GeminiConfig.builder()
            .microBatches(2)
            .plan(plan)
            .build(
                properties(Map.of("gemini.micro-batches", "4", "gemini.schedule", "1f1b")),
                Map.of(
                    "GEMINI_MICRO_BATCHES", "8",
                    "GEMINI_SCHEDULE", "gpipe",
                    "GEMINI_SHARDING_SIZE", "4"));
    assertEquals(OptionalInt.of(2), config.microBatches());
    assertEquals(Optional.of(ScheduleType.ONE_F_ONE_B), config.schedule());
    assertEquals(OptionalInt.of(4), config.shardingSize());
    assertEquals(OptionalInt.of(2), config.pipelineDegree());
  }

  @Test
  void everyKeyIsReadFromPropertiesAndEnvironment() {
    assertEquals(
        config(
            Map.of(
                "gemini.mode", "pipeline",
                "gemini.pipeline-degree", "2",
                "gemini.devices", "cpu:2",
                "gemini.device-memory", "1.5GB",
                "gemini.trace", "out.json",
                "gemini.quiet", "true"),
            Map.of()),
        config(
            Map.of(),
            Map.of(
                "GEMINI_MODE", "Pipeline",
                "GEMINI_PIPELINE_DEGREE", "2",
                "GEMINI_DEVICES", "cpu:2",
                "GEMINI_DEVICE_MEMORY", "1500000000",
                "GEMINI_TRACE", "out.json",
                "GEMINI_QUIET", "1")));
  }

  @Test
  void autoHidesWhatComesLater() {
    GeminiConfig config =
        config(
            Map.of("gemini.schedule", "auto", "gemini.sharding-size", "auto"),
            Map.of("GEMINI_SCHEDULE", "gpipe", "GEMINI_SHARDING_SIZE", "2"));
    assertEquals(Optional.empty(), config.schedule());
    assertEquals(OptionalInt.empty(), config.shardingSize());
  }

  @Test
  void builderSettersReplaceEachOther() {
    GeminiConfig config =
        GeminiConfig.builder()
            .deviceMemory(1)
            .deviceMemory(2L << 30)
            .build(new Properties(), Map.of());
    assertEquals(OptionalLong.of(2L << 30), config.deviceMemory());
  }

  @Test
  void moreRanksThanDevicesAreRefusedWithBothNumbersAndACure() {
    assertRefused(
        "sharding 4 × pipeline 8 needs 32 devices, --devices=cpu:4 has 4: use --devices=cpu:32 or"
            + " smaller degrees",
        Map.of(
            "gemini.sharding-size", "4",
            "gemini.pipeline-degree", "8",
            "gemini.devices", "cpu:4"));
    assertRefused(
        "sharding 3 × pipeline 1 needs 3 devices, --devices=gpu:0,1 has 2: use 3 GPU numbers (one"
            + " may stand several times) or smaller degrees",
        Map.of("gemini.sharding-size", "3", "gemini.devices", "gpu:0,1"));
  }

  @Test
  void withoutDevicesThereIsOneForEachRank() {
    GeminiConfig config =
        config(Map.of("gemini.sharding-size", "2", "gemini.pipeline-degree", "3"), Map.of());
    assertEquals(new DeviceSpec.Cpu(6), config.devicesOrDefault());
  }

  @Test
  void aModeFixesTheDegreeItDoesNotUse() {
    assertEquals(
        OptionalInt.of(1), config(Map.of("gemini.mode", "pipeline"), Map.of()).shardingSize());
    assertEquals(
        OptionalInt.of(1), config(Map.of("gemini.mode", "sharding"), Map.of()).pipelineDegree());
    assertRefused(
        "mode pipeline does not shard, and sharding-size is 4: use --mode=sharding_and_pipeline or"
            + " leave out --sharding-size",
        Map.of("gemini.mode", "pipeline", "gemini.sharding-size", "4"));
  }

  @Test
  void modeNoneSwitchesEverythingOff() throws IOException {
    GeminiConfig config =
        config(
            Map.of(
                "gemini.mode", "none",
                "gemini.sharding-size", "4",
                "gemini.pipeline-degree", "8",
                "gemini.devices", "cpu:4",
                "gemini.plan", write("boundaries=1,2").toString()),
            Map.of());
    assertEquals(OptionalInt.of(1), config.shardingSize());
    assertEquals(OptionalInt.of(1), config.pipelineDegree());
    assertEquals(List.of(), config.boundaries());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode|turbo|mode=turbo: `turbo` is no mode: use one of auto, none, sharding, pipeline,"
            + " sharding_and_pipeline",
        "sharding-size|0|sharding-size=0: `0` is not a whole number from 1",
        "micro-batches|many|micro-batches=many: `many` is not a whole number from 1",
        "devices|tpu:4|devices=tpu:4: `tpu:4` is neither cpu:N nor gpu:I,J,… nor gpus:N: use --devices=cpu:4,"
            + " for example",
        "devices|cpu:0|devices=cpu:0: `cpu:0` has no device: use --devices=cpu:1 or more",
        "device-memory|lots|device-memory=lots: `lots` is not a size such as 2GiB, 512MiB or 1.5GB",
        "schedule|zb|schedule=zb: `zb` is no schedule; there are gpipe, 1f1b",
        "quiet|perhaps|quiet=perhaps: `perhaps`: use true or false",
        "plan|no-such-file|plan=no-such-file: there is no such file"
      })
  void aValueThatCannotBeReadIsNamed(String key, String value, String message) {
    assertRefused(message, Map.of("gemini." + key, value));
  }

  @Test
  void aBadValueFromTheEnvironmentIsNamedAsTheVariable() {
    Exception refused =
        assertThrows(
            GeminiConfigException.class, () -> config(Map.of(), Map.of("GEMINI_MODE", "fast")));
    assertTrue(refused.getMessage().startsWith("GEMINI_MODE=fast: "), refused.getMessage());
  }

  @Test
  void planIsReadBackAsWritten() throws IOException {
    PlanFile plan =
        new PlanFile(
            ParallelMode.SHARDING_AND_PIPELINE,
            2,
            4,
            8,
            ScheduleType.ONE_F_ONE_B,
            List.of(12, 40, 77));
    Path file = directory.resolve("plan.properties");
    plan.write(file);
    GeminiConfig config = config(Map.of("gemini.plan", file.toString()), Map.of());
    assertEquals(
        plan,
        new PlanFile(
            config.mode(),
            config.shardingSize().orElseThrow(),
            config.pipelineDegree().orElseThrow(),
            config.microBatches().orElseThrow(),
            config.schedule().orElseThrow(),
            config.boundaries()));
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    assertEquals("12,40,77", properties.getProperty("boundaries"));
  }

  @Test
  void aPlanMayNameTheDevicesAndKeepSharesOfTheSequence() throws IOException {
    Path plan = write("sharding-size=2", "sequence-parallel=true", "devices=gpu:0,0");
    GeminiConfig config = config(Map.of("gemini.plan", plan.toString()), Map.of());
    assertTrue(config.sequenceParallel());
    assertEquals(DeviceSpec.parse("gpu:0,0"), config.devicesOrDefault());
  }

  @Test
  void aPrecisionMayStandWhereverOthersDo() throws IOException {
    assertEquals(Precision.FP32, config(Map.of(), Map.of()).precision());
    assertEquals(Precision.BF16, config(Map.of("gemini.precision", "BF16"), Map.of()).precision());
    assertEquals(Precision.BF16, config(Map.of(), Map.of("GEMINI_PRECISION", "bf16")).precision());
    Path plan = write("precision=tf32", "devices=gpu:0");
    assertEquals(
        Precision.TF32, config(Map.of("gemini.plan", plan.toString()), Map.of()).precision());
    assertEquals(
        Precision.FP32,
        config(Map.of("gemini.plan", plan.toString(), "gemini.mode", "none"), Map.of())
            .precision());
    assertRefused(
        "precision=fp8: `fp8` is no precision: use one of fp32, bf16, tf32",
        Map.of("gemini.precision", "fp8"));
    assertRefused(
        "precision=tf32: only NVIDIA GPUs multiply in TF32, and devices=cpu:2 are none: use"
            + " --precision=bf16, or --devices=gpu:0, for example",
        Map.of("gemini.precision", "tf32", "gemini.devices", "cpu:2"));
    assertRefused(
        "precision=tf32: only NVIDIA GPUs multiply in TF32, and none is asked for: use"
            + " --precision=bf16, or --devices=gpu:0, for example",
        Map.of("gemini.precision", "tf32"));
  }

  @Test
  void boundariesGiveTheDegreeAndContradictAnother() throws IOException {
    Path plan = write("# two stages", "", "boundaries: 3");
    assertEquals(
        OptionalInt.of(2),
        config(Map.of("gemini.plan", plan.toString()), Map.of()).pipelineDegree());
    assertRefused(
        "the plan's boundaries [3] make 2 stages, the pipeline degree is 4: use --pipeline-degree=2"
            + " or take the boundaries out of the plan",
        Map.of("gemini.plan", plan.toString(), "gemini.pipeline-degree", "4"));
  }

  @Test
  void planErrorsNameTheLine() throws IOException {
    assertPlanRefused(
        2,
        "unknown key `stages`: use one of mode, sharding-size, pipeline-degree,"
            + " micro-batches, sequence-parallel, schedule, precision, boundaries, devices",
        "mode=pipeline",
        "stages=4");
    assertPlanRefused(1, "`pipeline` is not of the form key=value", "pipeline");
    assertPlanRefused(
        3, "`mode` stands in line 1 already: keep one of them", "mode=none", "", "mode=pipeline");
    assertPlanRefused(
        2, "micro-batches=-1: `-1` is not a whole number from 1", "# plan", "micro-batches = -1");
    assertPlanRefused(1, "boundaries=4,2: `4,2`: boundaries must ascend", "boundaries=4,2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu:1", "cpu:64", "apart:2", "gpus:4", "gpu:0", "gpu:0,1,5", "gpu:0,0"})
  void devicesPrintAsTheyAreRead(String text) {
    assertEquals(text, DeviceSpec.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cpu", "cpu:", "cpu:-1", "gpu:", "gpu:0,", "gpu:a", "cpu:9999999"})
  void whatNamesNoDevicesIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> DeviceSpec.parse(text));
  }

  private void assertPlanRefused(int line, String message, String... lines) throws IOException {
    Path plan = write(lines);
    assertRefused(plan + ":" + line + ": " + message, Map.of("gemini.plan", plan.toString()));
  }

  private static void assertRefused(String message, Map<String, String> properties) {
    Exception refused =
        assertThrows(GeminiConfigException.class, () -> config(properties, Map.of()));
    assertEquals(message, refused.getMessage());
  }

  private static GeminiConfig config(
      Map<String, String> properties, Map<String, String> environment) {
    return GeminiConfig.builder().build(properties(properties), environment);
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  private Path write(String... lines) throws IOException {
    return Files.write(directory.resolve("plan.properties"), List.of(lines));
  }
}
