package dev.geminijava.runtime.exec;

import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Independent pieces of work, spread over the devices' threads. */
public final class Tasks {

  private Tasks() {}

  /**
   * Runs all tasks and waits for them.
   *
   * @param devices how many run at a time
   * @param threads intra-op threads for each
   * @throws RuntimeException the first failure; tasks not yet begun are left out
   */
  public static void all(List<Runnable> tasks, int devices, int threads) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(devices);
    for (int d = 0; d < devices; d++) {
      Workers.execute(
          () -> {
            try {
              JniUtils.setNumThreads(threads);
              for (int i = next.getAndIncrement();
                  i < tasks.size() && failure.get() == null;
                  i = next.getAndIncrement()) {
                tasks.get(i).run();
              }
            } catch (Throwable t) {
              failure.compareAndSet(null, t);
            } finally {
              done.countDown();
            }
          });
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in the optimizer step", e);
    }
    if (failure.get() != null) {
      throw Failure.rethrown(failure.get());
    }
  }
}
