package dev.geminijava.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A few warm-up forwards, then one forward and one backward in turn, then the backwards that are
 * left (Narayanan et al., <i>PipeDream</i>, 2019, without its weight versions:
 * <i>PipeDream-Flush</i> in Megatron-LM, 2021). With p equal stages and m micro-batches the bubble
 * is (p-1)/m of the ideal time, as for {@link GPipe}, but stage s holds only min(m, p-s)
 * micro-batches.
 */
final class OneFOneB {

  private OneFOneB() {}

  static List<List<Action>> rows(int stages, int microBatches) {
    return IntStream.range(0, stages).mapToObj(s -> row(s, stages, microBatches)).toList();
  }

  private static List<Action> row(int stage, int stages, int microBatches) {
    int warmUp = Math.min(microBatches, stages - stage - 1);
    List<Action> row = new ArrayList<>();
    for (int m = 0; m < warmUp; m++) {
      row.add(Action.forward(stage, m));
    }
    for (int m = warmUp; m < microBatches; m++) {
      row.add(Action.forward(stage, m));
      row.add(Action.backward(stage, m - warmUp));
    }
    for (int m = microBatches - warmUp; m < microBatches; m++) {
      row.add(Action.backward(stage, m));
    }
    return row;
  }
}
