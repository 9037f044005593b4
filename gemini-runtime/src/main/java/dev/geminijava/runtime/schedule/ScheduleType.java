package dev.geminijava.runtime.schedule;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The schedules that can be asked for by name. */
public enum ScheduleType {
  /** {@code gpipe}: all forwards, then all backwards. */
  GPIPE("gpipe", Schedule::gpipe),
  /** {@code 1f1b}: one forward, one backward in turn. */
  ONE_F_ONE_B("1f1b", Schedule::oneFOneB);

  private final String text;
  private final BiFunction<Integer, Integer, Schedule> generator;

  ScheduleType(String text, BiFunction<Integer, Integer, Schedule> generator) {
    this.text = text;
    this.generator = generator;
  }

  /**
   * Finds a schedule by its name, in any case.
   *
   * @throws IllegalArgumentException naming the ones that exist
   */
  public static ScheduleType parse(String name) {
    return Arrays.stream(values())
        .filter(type -> type.text.equals(name.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`" + name + "` is no schedule; there are " + names()));
  }

  private static String names() {
    return Arrays.stream(values()).map(ScheduleType::toString).collect(Collectors.joining(", "));
  }

  /** The schedule for so many stages and micro-batches. */
  public Schedule schedule(int stages, int microBatches) {
    return generator.apply(stages, microBatches);
  }

  /** The name that {@link #parse} reads. */
  @Override
  public String toString() {
    return text;
  }
}
