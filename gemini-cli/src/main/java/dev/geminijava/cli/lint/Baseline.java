package dev.geminijava.cli.lint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Findings that are known and do not count.
 *
 * @param version of the format
 * @param findings one entry for each, for people to read; the fingerprint decides
 */
public record Baseline(int version, List<Entry> findings) {

  /** The format that is written. */
  private static final int VERSION = 1;

  /** A known finding. */
  public record Entry(String code, String file, String message, String fingerprint) {}

  /** All of these are known. */
  public static Baseline of(List<Finding> findings) {
    return new Baseline(
        VERSION,
        findings.stream()
            .map(
                f ->
                    new Entry(
                        f.diagnostic().code(), f.path(), f.diagnostic().message(), f.fingerprint()))
            .toList());
  }

  /**
   * Reads a file.
   *
   * @throws UsageException if it is not there, or was not written by us
   */
  public static Baseline read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new UsageException("there is no baseline " + file + ". --write-baseline makes one.");
    }
    try {
      Baseline baseline = new Gson().fromJson(Files.readString(file), Baseline.class);
      if (baseline != null && baseline.version == VERSION && baseline.findings != null) {
        return baseline;
      }
    } catch (JsonParseException e) {
      throw new UsageException(
          file + " is not a baseline: " + e.getMessage() + ". --write-baseline makes one.");
    }
    throw new UsageException(
        file + " is not a baseline of version " + VERSION + ". --write-baseline makes one.");
  }

  /** Writes it. */
  public void write(Path file) throws IOException {
    Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    Files.writeString(file, gson.toJson(this) + "\n");
  }

  /** The findings that are new. */
  public List<Finding> without(List<Finding> all) {
    Set<String> known = findings.stream().map(Entry::fingerprint).collect(Collectors.toSet());
    return all.stream().filter(f -> !known.contains(f.fingerprint())).toList();
  }
}
