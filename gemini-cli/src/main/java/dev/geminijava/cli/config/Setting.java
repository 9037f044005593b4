package dev.geminijava.cli.config;

import dev.geminijava.cli.plugin.PluginPath;
import java.util.List;
import java.util.Locale;

/** A setting that a user may write as a flag, a system property, in the environment or in YAML. */
public enum Setting {
  MODE("how to run", "auto, none, sharding, pipeline, sharding_and_pipeline"),
  SHARDING_SIZE("devices that share each layer", "a whole number from 1"),
  PIPELINE_DEGREE("stages", "a whole number from 1"),
  MICRO_BATCHES("pieces of a batch", "a whole number from 1"),
  SEQUENCE_PARALLEL(
      "each rank keeps its share of the sequence between split layers", "true, false"),
  SCHEDULE("order of the stages' work", "auto, gpipe, 1f1b"),
  PRECISION("how exactly matrices are multiplied", "fp32, bf16, tf32"),
  DEVICES(
      "devices to use",
      "cpu:N (N virtual devices), gpu:I,J,… (those GPUs) or gpus:N (N ranks on any GPUs)"),
  PLAN("plan file to follow", "a file that can be read"),
  DEVICE_MEMORY("memory limit of each device", "a size such as 2GiB or 512MiB"),
  TRACE("file for a Chrome/Perfetto trace", "a file in a directory that exists"),
  QUIET("print no plan and no table", "true, false"),
  BOUNDARIES("candidate cuts at which stages end", "ascending numbers such as 12,40"),
  PLUGIN(
      "what others add to the compiler",
      "jars and rule files (.yaml) that can be read, with commas");

  private final String meaning;
  private final String allowed;

  Setting(String meaning, String allowed) {
    this.meaning = meaning;
    this.allowed = allowed;
  }

  /** What it is for, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** The values that it takes, in words. */
  public String allowed() {
    return allowed;
  }

  /** The name in flags and YAML, such as {@code sharding-size}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The system property by which the runtime reads it. */
  public String property() {
    return "gemini." + key();
  }

  /** The environment variable. */
  public String variable() {
    return "GEMINI_" + name();
  }

  /** The values, where they are a short list. */
  List<String> choices() {
    return switch (this) {
      case MODE, SCHEDULE, PRECISION, SEQUENCE_PARALLEL, QUIET -> List.of(allowed.split(", "));
      default -> List.of();
    };
  }

  /** Whether its name alone is enough to set it. */
  public boolean isSwitch() {
    return choices().equals(List.of("true", "false"));
  }

  /** A value as the runtime reads it, or null if it is not allowed. */
  String accept(String written) {
    String value = written.trim();
    if (value.equalsIgnoreCase("auto")) {
      return "auto"; // leaves any of them to the runtime
    }
    return switch (this) {
      case MODE, SCHEDULE, PRECISION, SEQUENCE_PARALLEL, QUIET -> {
        String lower = value.toLowerCase(Locale.ROOT).replace('-', '_');
        yield choices().contains(lower) ? lower : null;
      }
      case SHARDING_SIZE, PIPELINE_DEGREE, MICRO_BATCHES -> count(value) ? value : null;
      case DEVICES -> devices(value) ? value : null;
      case BOUNDARIES -> numbers(value) ? value : null;
      case DEVICE_MEMORY -> size(value) ? value : null;
      case PLUGIN -> PluginPath.isReadable(value) ? value : null;
      case PLAN -> new java.io.File(value).canRead() ? value : null;
      case TRACE -> {
        java.io.File directory = new java.io.File(value).getAbsoluteFile().getParentFile();
        yield !value.isEmpty() && directory != null && directory.isDirectory() ? value : null;
      }
    };
  }

  private static boolean count(String value) {
    return digits(value) && value.length() < 10 && Integer.parseInt(value) >= 1;
  }

  private static boolean digits(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return !value.isEmpty();
  }

  private static boolean devices(String value) {
    for (String kind : List.of("cpu:", "gpus:", "apart:")) {
      if (value.startsWith(kind)) {
        return count(value.substring(kind.length()));
      }
    }
    return value.startsWith("gpu:") && numbers(value.substring(4));
  }

  private static boolean numbers(String value) {
    for (String number : value.split(",", -1)) {
      if (!digits(number)) {
        return false;
      }
    }
    return true;
  }

  private static boolean size(String value) {
    int end = 0;
    while (end < value.length()
        && (Character.isDigit(value.charAt(end)) || value.charAt(end) == '.')) {
      end++;
    }
    String unit = value.substring(end).trim().toLowerCase(Locale.ROOT);
    boolean known = unit.isEmpty() || List.of("b", "k", "m", "g", "t").contains(bare(unit));
    try {
      return known && Double.parseDouble(value.substring(0, end)) > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String bare(String unit) {
    for (String suffix : List.of("ib", "b")) {
      if (unit.length() > suffix.length() && unit.endsWith(suffix)) {
        return unit.substring(0, unit.length() - suffix.length());
      }
    }
    return unit;
  }
}
