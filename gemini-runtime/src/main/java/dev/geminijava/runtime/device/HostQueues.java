package dev.geminijava.runtime.device;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Queues of virtual devices: a thread for each queue of copies. A virtual device computes in the
 * caller's thread, so what it computed is done when it is marked.
 */
final class HostQueues implements Queues {

  private final Map<Queue, ExecutorService> threads = new ConcurrentHashMap<>();
  private final boolean direct;

  /**
   * Queues of virtual devices.
   *
   * @param direct whether copies take the straight way, and not through pinned memory
   */
  HostQueues(boolean direct) {
    this.direct = direct;
  }

  private record Mark(CompletableFuture<Long> when) implements Event {
    @Override
    public boolean isPast() {
      return when.isDone();
    }

    @Override
    public long nanos() {
      return when.join();
    }

    @Override
    public void join() {
      when.join();
    }
  }

  @Override
  public Event record(Queue queue) {
    return new Mark(
        queue.computes()
            ? CompletableFuture.completedFuture(System.nanoTime())
            : CompletableFuture.supplyAsync(System::nanoTime, thread(queue)));
  }

  @Override
  public void await(Queue queue, Event event) {
    if (queue.computes()) {
      event.join();
    } else if (!event.isPast()) {
      thread(queue).execute(event::join);
    }
  }

  @Override
  public void copy(Queue queue, ByteBuffer source, ByteBuffer target) {
    thread(queue).execute(() -> target.duplicate().put(source.duplicate()));
  }

  private ExecutorService thread(Queue queue) {
    return threads.computeIfAbsent(
        queue,
        q ->
            Executors.newSingleThreadExecutor(
                task -> {
                  Thread thread = new Thread(task, "gemini " + q);
                  thread.setDaemon(true);
                  return thread;
                }));
  }

  @Override
  public boolean reaches(Memory from, Memory to) {
    return direct && !from.equals(Memory.HOST);
  }

  @Override
  public ByteBuffer pinned(Memory beside, int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }
}
