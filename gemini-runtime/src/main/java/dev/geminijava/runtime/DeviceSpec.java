package dev.geminijava.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The devices a program may use, written {@code cpu:4}, {@code gpu:0,1}, {@code gpus:4} or {@code
 * apart:4}.
 */
public sealed interface DeviceSpec {

  /** How many ranks they hold. */
  int count();

  /** The numbers of the GPUs that are named; empty if none is. */
  default List<Integer> indexes() {
    return List.of();
  }

  /** Whether they are GPUs. */
  default boolean areGpus() {
    return this instanceof Gpu || this instanceof Gpus;
  }

  /**
   * Virtual devices on the CPU.
   *
   * @param count how many
   */
  record Cpu(int count) implements DeviceSpec {

    /** Checks that there is one. */
    public Cpu {
      if (count < 1) {
        throw new IllegalArgumentException(
            "`cpu:" + count + "` has no device: use --devices=cpu:1 or more");
      }
    }

    @Override
    public String toString() {
      return "cpu:" + count;
    }
  }

  /**
   * Virtual devices on the CPU that hold and exchange copies, as GPUs do.
   *
   * @param count how many
   */
  record Apart(int count) implements DeviceSpec {

    /** Checks that there is one. */
    public Apart {
      if (count < 1) {
        throw new IllegalArgumentException(
            "`apart:" + count + "` has no device: use --devices=apart:2 or more");
      }
    }

    @Override
    public String toString() {
      return "apart:" + count;
    }
  }

  /**
   * GPUs by their numbers, one rank for each mention: {@code gpu:0,0} is two ranks on one GPU.
   *
   * @param indexes the GPUs' numbers, from 0
   */
  record Gpu(List<Integer> indexes) implements DeviceSpec {

    /** Copies the list and checks that there is one. */
    public Gpu {
      indexes = List.copyOf(indexes);
      if (indexes.isEmpty()) {
        throw new IllegalArgumentException("`gpu:` names no device: use --devices=gpu:0");
      }
    }

    @Override
    public int count() {
      return indexes.size();
    }

    @Override
    public String toString() {
      return indexes.stream().map(String::valueOf).collect(Collectors.joining(",", "gpu:", ""));
    }
  }

  /**
   * Ranks on the GPUs that are there, placed by free memory and by who reaches whom.
   *
   * @param count how many ranks; there may be more than GPUs
   */
  record Gpus(int count) implements DeviceSpec {

    /** Checks that there is one. */
    public Gpus {
      if (count < 1) {
        throw new IllegalArgumentException(
            "`gpus:" + count + "` has no rank: use --devices=gpus:1 or more");
      }
    }

    @Override
    public String toString() {
      return "gpus:" + count;
    }
  }

  /**
   * Reads devices as they print.
   *
   * @throws IllegalArgumentException naming the forms that exist
   */
  static DeviceSpec parse(String text) {
    Matcher matcher =
        Pattern.compile("(?:(cpu|apart|gpus):(\\d{1,6})|gpu:(\\d{1,6}(?:,\\d{1,6})*))")
            .matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "`"
              + text
              + "` is neither cpu:N nor gpu:I,J,… nor gpus:N: use --devices=cpu:4, for example");
    }
    if (matcher.group(1) == null) {
      return new Gpu(Arrays.stream(matcher.group(3).split(",")).map(Integer::valueOf).toList());
    }
    int count = Integer.parseInt(matcher.group(2));
    return switch (matcher.group(1)) {
      case "cpu" -> new Cpu(count);
      case "gpus" -> new Gpus(count);
      default -> new Apart(count);
    };
  }
}
