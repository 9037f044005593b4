package dev.geminijava.runtime.exec;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The monitor of a step: its threads wait here for each other, and leave together when one fails.
 *
 * <p>What the threads wait for is guarded by this object; whoever changes it calls {@code
 * notifyAll}.
 */
final class Progress {

  private Throwable failure;
  private int running;

  /**
   * Waits, holding the monitor, until a condition holds.
   *
   * @throws Failure.Cancelled if the step failed meanwhile
   */
  void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      checkFailure();
      try {
        wait();
      } catch (InterruptedException e) {
        throw new Failure.Cancelled();
      }
    }
    checkFailure();
  }

  /** Leaves if the step failed. */
  synchronized void checkFailure() {
    if (failure != null) {
      throw new Failure.Cancelled();
    }
  }

  /** Ends the step; only the first failure counts. */
  synchronized void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
      notifyAll();
    }
  }

  /** Runs a task on a thread of its own. */
  void fork(Runnable task, Consumer<Throwable> onFailure) {
    synchronized (this) {
      running++;
    }
    Workers.execute(
        () -> {
          try {
            task.run();
          } catch (Throwable t) {
            onFailure.accept(t);
          } finally {
            synchronized (this) {
              running--;
              notifyAll();
            }
          }
        });
  }

  /**
   * Waits until no task runs, even after a failure: nothing is left behind when the caller goes on.
   *
   * @throws RuntimeException the failure, as the caller's own
   */
  synchronized void join() {
    boolean interrupted = false;
    while (running > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        fail(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw Failure.rethrown(failure);
    }
  }
}
