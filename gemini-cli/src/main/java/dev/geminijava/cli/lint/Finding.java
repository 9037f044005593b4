package dev.geminijava.cli.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.source.Position;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A diagnostic as other tools see it.
 *
 * @param diagnostic what is said
 * @param path the file, seen from the working directory, with slashes
 * @param fingerprint the same as long as the line reads the same, wherever in the file it moves
 */
public record Finding(Diagnostic diagnostic, String path, String fingerprint) {

  /** Names all of them; equal lines with equal messages are told apart by their order. */
  public static List<Finding> of(List<Diagnostic> diagnostics) {
    Map<String, Integer> seen = new HashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (Diagnostic diagnostic : diagnostics) {
      String path = path(diagnostic.file().path());
      int line = diagnostic.file().position(diagnostic.span().start()).line();
      String text = diagnostic.file().text(diagnostic.file().line(line)).strip();
      String key = diagnostic.code() + "\n" + path + "\n" + text;
      int turn = seen.merge(key, 1, Integer::sum);
      findings.add(new Finding(diagnostic, path, hash(key + "\n" + turn)));
    }
    return findings;
  }

  /** Where it begins. */
  public Position start() {
    return diagnostic.file().position(diagnostic.span().start());
  }

  /** Where it ends: the place behind the last character. */
  public Position end() {
    return diagnostic.file().position(diagnostic.span().end());
  }

  /** A file as a report names it: relative to the working directory if it is below. */
  static String path(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path full = file.toAbsolutePath().normalize();
    Path shown = full.startsWith(here) ? here.relativize(full) : full;
    return shown.toString().replace('\\', '/');
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
