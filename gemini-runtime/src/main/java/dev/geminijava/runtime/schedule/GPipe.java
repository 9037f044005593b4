package dev.geminijava.runtime.schedule;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every stage computes all forwards, then all backwards (Huang et al., <i>GPipe: Efficient Training
 * of Giant Neural Networks using Pipeline Parallelism</i>, 2019). With p equal stages and m
 * micro-batches the bubble is (p-1)/m of the ideal time, and m micro-batches are alive.
 *
 * <p>Backwards run in the order of the forwards, as in {@link OneFOneB}, so that both schedules add
 * up gradients in the same order and give the same numbers.
 */
final class GPipe {

  private GPipe() {}

  static List<List<Action>> rows(int stages, int microBatches) {
    return IntStream.range(0, stages)
        .mapToObj(
            stage ->
                Stream.concat(
                        IntStream.range(0, microBatches).mapToObj(m -> Action.forward(stage, m)),
                        IntStream.range(0, microBatches).mapToObj(m -> Action.backward(stage, m)))
                    .toList())
        .toList();
  }

  static List<List<Action>> forwards(int stages, int microBatches) {
    return rows(stages, microBatches).stream().map(row -> row.subList(0, microBatches)).toList();
  }
}
