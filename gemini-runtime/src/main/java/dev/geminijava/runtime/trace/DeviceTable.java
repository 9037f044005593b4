package dev.geminijava.runtime.trace;

import dev.geminijava.runtime.text.ByteSize;
import dev.geminijava.runtime.text.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What each device held and did, as the table that closes a run.
 *
 * @param rows one for each device
 */
public record DeviceTable(List<Row> rows) {

  /**
   * One device.
   *
   * @param device its name, {@code cpu:0}
   * @param place what it computes, {@code stage 0, shard 1}
   * @param parameters how many parameters it holds
   * @param peakBytes the most memory it held
   * @param busyShare the share of the time in which it computed
   */
  public record Row(
      String device, String place, long parameters, long peakBytes, double busyShare) {}

  /** Copies the rows. */
  public DeviceTable {
    rows = List.copyOf(rows);
  }

  /** The table; a line with sums, and the mean busy share, closes it if there are several rows. */
  @Override
  public String toString() {
    TextTable table = new TextTable("device", "computes", "parameters", "peak memory", "busy");
    rows.forEach(row -> line(table, row));
    if (rows.size() > 1) {
      line(
          table,
          new Row(
              "all",
              "",
              sum(Row::parameters),
              sum(Row::peakBytes),
              rows.stream().mapToDouble(Row::busyShare).average().orElse(0)));
    }
    return table.toString();
  }

  private long sum(ToLongFunction<Row> column) {
    return rows.stream().mapToLong(column).sum();
  }

  private static void line(TextTable table, Row row) {
    table.row(
        row.device(),
        row.place(),
        count(row.parameters()),
        ByteSize.format(row.peakBytes()),
        String.format(Locale.ROOT, "%.0f%%", 100 * row.busyShare()));
  }

  private static String count(long parameters) {
    if (parameters < 100_000) {
      return String.valueOf(parameters);
    }
    return String.format(Locale.ROOT, "%.1f M", parameters / 1e6);
  }
}
