package dev.geminijava.runtime.device;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast a virtual CPU device is while all of them are busy, as measured here and now.
 *
 * @param flopsPerSecond of products of matrices in single precision, a multiply-add being two
 * @param memoryBytesPerSecond read and written by an operation on each element
 * @param forwardOverhead seconds of a small operation that gradients flow through
 * @param backwardOverhead seconds that going back through it takes
 * @param linkBytesPerSecond copied from one array to another
 * @param latency seconds until all devices have met
 */
public record Pace(
    double flopsPerSecond,
    double memoryBytesPerSecond,
    double forwardOverhead,
    double backwardOverhead,
    double linkBytesPerSecond,
    double latency) {

  private static final int ROUNDS = 7;
  private static final int ROWS = 256;
  private static final int WIDTH = 768;
  private static final int LARGE = 1 << 21;
  private static final int SMALL_STEPS = 200;
  private static final int MEETINGS = 200;

  /**
   * Measures for about half a second, all devices at once: they share the memory.
   *
   * @param devices at least 1
   * @param threads that each may use for an operation
   */
  public static Pace measure(int devices, int threads) {
    // Loads the native library.
    Engine.getEngine("PyTorch");
    CyclicBarrier together = new CyclicBarrier(devices);
    ExecutorService executor = Executors.newFixedThreadPool(devices);
    try {
      List<Future<Pace>> measured = new ArrayList<>();
      for (int d = 0; d < devices; d++) {
        measured.add(executor.submit(() -> new Device(together, threads).measure()));
      }
      List<Pace> paces = new ArrayList<>();
      for (Future<Pace> pace : measured) {
        paces.add(pace.get());
      }
      return slowest(paces);
    } catch (ExecutionException e) {
      throw new IllegalStateException("measuring the devices failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring the devices", e);
    } finally {
      executor.shutdownNow();
    }
  }

  /** A step waits for the slowest. */
  private static Pace slowest(List<Pace> paces) {
    return paces.stream()
        .reduce(
            (a, b) ->
                new Pace(
                    Math.min(a.flopsPerSecond, b.flopsPerSecond),
                    Math.min(a.memoryBytesPerSecond, b.memoryBytesPerSecond),
                    Math.max(a.forwardOverhead, b.forwardOverhead),
                    Math.max(a.backwardOverhead, b.backwardOverhead),
                    Math.min(a.linkBytesPerSecond, b.linkBytesPerSecond),
                    Math.max(a.latency, b.latency)))
        .orElseThrow();
  }

  /** One of them. */
  private record Device(CyclicBarrier together, int threads) {

    Pace measure() {
      JniUtils.setNumThreads(threads);
      JniUtils.setGradMode(true);
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray rows = manager.ones(new Shape(ROWS, WIDTH));
        NDArray square = manager.ones(new Shape(WIDTH, WIDTH));
        double product = median(() -> rows.matMul(square).close());
        NDArray large = manager.ones(new Shape(LARGE));
        NDArray other = manager.ones(new Shape(LARGE));
        double sum = median(() -> large.add(other).close());
        double copy = median(() -> large.duplicate().close());
        double[] small = small(manager);
        return new Pace(
            2.0 * ROWS * WIDTH * WIDTH / product,
            3.0 * Float.BYTES * LARGE / sum,
            small[0],
            small[1],
            (double) Float.BYTES * LARGE / copy,
            median(this::meet) / MEETINGS);
      }
    }

    private void meet() {
      for (int i = 0; i < MEETINGS; i++) {
        await();
      }
    }

    /** Seconds of a small operation, forward and backward. */
    private double[] small(NDManager manager) {
      double[] forward = new double[ROUNDS];
      double[] backward = new double[ROUNDS];
      NDArray weight = manager.ones(new Shape(8, 8));
      weight.setRequiresGradient(true);
      for (int round = 0; round < ROUNDS; round++) {
        await();
        try (NDManager scope = manager.newSubManager()) {
          long start = System.nanoTime();
          NDArray at = weight;
          for (int i = 0; i < SMALL_STEPS; i++) {
            at = at.mul(weight);
            at.attach(scope);
          }
          long middle = System.nanoTime();
          NDArray gradient = scope.ones(at.getShape());
          JniUtils.backward((PtNDArray) at, (PtNDArray) gradient, false, false);
          forward[round] = (middle - start) * 1e-9 / SMALL_STEPS;
          backward[round] = (System.nanoTime() - middle) * 1e-9 / SMALL_STEPS;
        }
      }
      return new double[] {median(forward), median(backward)};
    }

    private double median(Runnable action) {
      double[] seconds = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        await();
        long start = System.nanoTime();
        action.run();
        seconds[round] = (System.nanoTime() - start) * 1e-9;
      }
      return median(seconds);
    }

    private static double median(double[] seconds) {
      Arrays.sort(seconds);
      return seconds[seconds.length / 2];
    }

    private void await() {
      try {
        together.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while measuring", e);
      } catch (BrokenBarrierException e) {
        throw new IllegalStateException("another device could not be measured", e);
      }
    }
  }
}
