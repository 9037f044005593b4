package dev.geminijava.runtime.schedule;

import dev.geminijava.runtime.text.ByteSize;
import java.util.List;
import java.util.Locale;

/**
 * When each action of a schedule runs.
 *
 * @param schedule the schedule
 * @param rows the slots of each worker, in order
 * @param peakBytes the most that each worker holds
 */
public record Timeline(Schedule schedule, List<List<Slot>> rows, List<Long> peakBytes) {

  /**
   * One action's time.
   *
   * @param action the action
   * @param start seconds from the beginning of the batch
   * @param end seconds from the beginning of the batch
   */
  public record Slot(Action action, double start, double end) {}

  /** Copies the lists. */
  public Timeline {
    rows = rows.stream().map(List::copyOf).toList();
    peakBytes = List.copyOf(peakBytes);
  }

  /** The time from the first action's start to the last one's end. */
  public double makespan() {
    return rows.stream().flatMap(List::stream).mapToDouble(Slot::end).max().orElse(0);
  }

  /** The time a worker computes. */
  public double busySeconds(int row) {
    return rows.get(row).stream().mapToDouble(slot -> slot.end() - slot.start()).sum();
  }

  /**
   * The workers' idle time over their computing time: how much longer the batch takes than if the
   * work were spread evenly without waiting. (p-1)/m for p equal stages and m micro-batches.
   */
  public double bubble() {
    double busy = 0;
    for (int row = 0; row < rows.size(); row++) {
      busy += busySeconds(row);
    }
    return busy == 0 ? 0 : makespan() * rows.size() / busy - 1;
  }

  /**
   * A chart in so many columns: a line per worker; an action is its micro-batch's number, filled up
   * with {@code ░} for a forward and {@code ▓} for a backward; idle time is blank. Behind each line
   * stand the worker's busy share and its peak, below all the makespan and the bubble.
   */
  public String picture(int columns) {
    StringBuilder picture = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      picture.append(
          String.format(
              Locale.ROOT,
              "%-10s|%s| busy %3.0f%%, %s\n",
              schedule.worker(row),
              bar(rows.get(row), columns),
              makespan() == 0 ? 0 : 100 * busySeconds(row) / makespan(),
              ByteSize.format(peakBytes.get(row))));
    }
    return picture
        .append(
            String.format(
                Locale.ROOT,
                "%s: %.1f ms, bubble %.0f%%",
                schedule.title(),
                1000 * makespan(),
                100 * bubble()))
        .toString();
  }

  private String bar(List<Slot> slots, int columns) {
    StringBuilder bar = new StringBuilder(" ".repeat(columns));
    double scale = makespan() == 0 ? 0 : columns / makespan();
    for (Slot slot : slots) {
      int from = (int) Math.round(slot.start() * scale);
      int to = (int) Math.round(slot.end() * scale);
      String label = String.valueOf(slot.action().microBatch());
      for (int column = from; column < to; column++) {
        int at = column - from;
        // A number is written only where a fill follows it: it alone would not tell F from B.
        boolean number = label.length() < to - from && at < label.length();
        char fill = slot.action().kind() == Kind.F ? '░' : '▓';
        bar.setCharAt(column, number ? label.charAt(at) : fill);
      }
    }
    return bar.toString();
  }
}
