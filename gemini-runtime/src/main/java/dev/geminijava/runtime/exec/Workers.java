package dev.geminijava.runtime.exec;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of all virtual devices; they never keep the process alive. */
final class Workers {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final ExecutorService POOL =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "gemini-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  private Workers() {}

  static void execute(Runnable task) {
    POOL.execute(task);
  }
}
