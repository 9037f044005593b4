package dev.geminijava.runtime.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Where the ranks of one micro-batch meet: each brings a value, one combines them, all get the
 * result.
 *
 * <p>Every rank says what it came for. Ranks that came for different things end the step with a
 * message instead of hanging.
 */
final class Meeting {

  private final Progress progress;
  private final Object[] brought;
  private final String[] reasons;
  private final long[] ways;
  private int arrived;
  private long round;
  private Object result;

  Meeting(Progress progress, int ranks) {
    this.progress = progress;
    brought = new Object[ranks];
    reasons = new String[ranks];
    ways = new long[ranks];
  }

  /** Meets without exchanging anything. */
  void meet(int rank, String what) {
    meet(rank, what, null, all -> null);
  }

  /** The same for ranks that may have come any way. */
  <V, R> R meet(int rank, String what, V mine, Function<List<V>, R> combine) {
    return meet(rank, what, 0, mine, combine);
  }

  /**
   * Waits for all ranks; the last to come combines.
   *
   * @param way stands for all layers that the rank passed before
   * @param combine computes the result from what was brought, in rank order; runs outside the lock
   */
  @SuppressWarnings("unchecked")
  <V, R> R meet(int rank, String what, long way, V mine, Function<List<V>, R> combine) {
    if (brought.length == 1) {
      return combine.apply(listOf(mine));
    }
    List<V> all;
    synchronized (progress) {
      progress.checkFailure();
      brought[rank] = mine;
      reasons[rank] = what;
      ways[rank] = way;
      if (++arrived < brought.length) {
        long awaited = round;
        progress.await(() -> round != awaited);
        return (R) result;
      }
      checkReasons();
      all = new ArrayList<>((List<V>) Arrays.asList(brought));
    }
    R combined = combine.apply(all);
    synchronized (progress) {
      result = combined;
      arrived = 0;
      Arrays.fill(brought, null);
      round++;
      progress.notifyAll();
    }
    return combined;
  }

  private void checkReasons() {
    for (int r = 1; r < reasons.length; r++) {
      if (!reasons[r].equals(reasons[0])) {
        throw new IllegalStateException(
            "the ranks of a stage went different ways: rank 0 came for "
                + reasons[0]
                + ", rank "
                + r
                + " for "
                + reasons[r]
                + "; a forward pass must take the same path on every rank");
      }
      if (ways[r] != ways[0]) {
        throw new IllegalStateException(
            "the ranks of a stage went different ways: rank 0 and rank "
                + r
                + " called different layers before "
                + reasons[0]
                + "; a forward pass must take the same path on every rank");
      }
    }
  }

  private static <V> List<V> listOf(V value) {
    List<V> list = new ArrayList<>(1);
    list.add(value);
    return list;
  }
}
