package dev.geminijava.runtime;

import dev.geminijava.runtime.schedule.ScheduleType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A plan as text, {@code key=value} in the form of a Java properties file, so that a run can be
 * repeated exactly. Its values count where nothing else sets them.
 *
 * @param mode how the model is spread
 * @param shardingSize ranks in a stage
 * @param pipelineDegree stages
 * @param microBatches parts of a batch
 * @param schedule order of work
 * @param boundaries the candidate cuts at which stages end, from 0; empty if they are to be found
 */
public record PlanFile(
    ParallelMode mode,
    int shardingSize,
    int pipelineDegree,
    int microBatches,
    ScheduleType schedule,
    List<Integer> boundaries) {

  private static final List<String> KEYS =
      List.of(
          "mode",
          "sharding-size",
          "pipeline-degree",
          "micro-batches",
          "sequence-parallel",
          "schedule",
          "precision",
          "boundaries",
          "devices");

  /** Copies the list. */
  public PlanFile {
    boundaries = List.copyOf(boundaries);
  }

  /** Writes the plan. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toString());
  }

  /** The file's text. */
  @Override
  public String toString() {
    return """
    # gemini-java plan: use it with --plan=FILE
    mode=%s
    sharding-size=%d
    pipeline-degree=%d
    micro-batches=%d
    schedule=%s
    """
            .formatted(mode, shardingSize, pipelineDegree, microBatches, schedule)
        + (boundaries.isEmpty()
            ? ""
            : boundaries.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(",", "boundaries=", "\n")));
  }

  /**
   * Puts a plan file's values behind those that are there already.
   *
   * @return the file
   * @throws IllegalArgumentException if the file cannot be read
   * @throws GeminiConfigException naming the line that is not understood
   */
  static Path read(Path file, Settings settings) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no such file");
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage());
    }
    Map<String, Integer> lineOf = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
        continue;
      }
      String at = file + ":" + (i + 1) + ": ";
      String[] parts = line.split("\\s*[=:]\\s*", 2);
      if (parts.length < 2) {
        throw new GeminiConfigException(at + "`" + line + "` is not of the form key=value");
      }
      if (!KEYS.contains(parts[0])) {
        throw new GeminiConfigException(
            at + "unknown key `" + parts[0] + "`: use one of " + String.join(", ", KEYS));
      }
      Integer earlier = lineOf.put(parts[0], i + 1);
      if (earlier != null) {
        throw new GeminiConfigException(
            at + "`" + parts[0] + "` stands in line " + earlier + " already: keep one of them");
      }
      settings.put(parts[0], parts[1], at + parts[0]);
    }
    return file;
  }

  /** Reads boundaries, {@code 12,40,77}. */
  static List<Integer> boundaries(String text) {
    if (!text.matches("\\d{1,9}(\\s*,\\s*\\d{1,9})*")) {
      throw new IllegalArgumentException(
          "`" + text + "` are no candidate numbers: use boundaries=12,40, for example");
    }
    List<Integer> boundaries =
        Arrays.stream(text.split(",")).map(String::strip).map(Integer::valueOf).toList();
    if (!boundaries.stream().sorted().distinct().toList().equals(boundaries)) {
      throw new IllegalArgumentException("`" + text + "`: boundaries must ascend");
    }
    return boundaries;
  }
}
