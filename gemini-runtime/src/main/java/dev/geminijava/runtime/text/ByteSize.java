package dev.geminijava.runtime.text;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes in bytes as people write them: {@code 2GiB}, {@code 512MiB}, {@code 1.5GB}, {@code 4096}.
 */
public final class ByteSize {

  private static final Pattern FORM =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?i?b?)", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "b", 1L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L);

  private ByteSize() {}

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException if the text is no positive size with a unit that is known
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    double bytes = unit == null ? 0 : Double.parseDouble(matcher.group(1)) * unit;
    if (bytes < 1 || bytes >= Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "`" + text + "` is not a size such as 2GiB, 512MiB or 1.5GB");
    }
    return (long) bytes;
  }

  /** Writes a size with one decimal in the largest binary unit that fits. */
  public static String format(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    // 1023.95 would print as 1024.0, so the step up comes just before it.
    while (Math.abs(value) >= 1023.95 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /**
   * A size that {@link #parse} reads as at least so many bytes: whole mebibytes if it is that much.
   */
  public static String roundedUp(long bytes) {
    long mebibytes = (bytes + (1 << 20) - 1) >> 20;
    return bytes < 1 << 20 ? bytes + "B" : mebibytes + "MiB";
  }
}
