package dev.geminijava.runtime.device;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Copies between memories, beside computing and ordered by events alone: the host never waits for a
 * device, except for one of the few pinned buffers to become free.
 *
 * <p>A copy begins when its value is computed, and not before what used the target's memory is
 * done; the target's device waits for it on first use, the source's device before it uses the
 * value's memory again.
 */
public final class Copies {

  private static final int PIECE_BYTES = 8 << 20;
  private static final int PIECES = 4;

  private static final Copies ON_HOST = new Copies(new HostQueues(true), PIECE_BYTES);

  private final Queues queues;
  private final int pieceBytes;
  private final Map<Queue, Staging> stagings = new ConcurrentHashMap<>();

  Copies(Queues queues, int pieceBytes) {
    this.queues = queues;
    this.pieceBytes = pieceBytes;
  }

  /** For devices of these memories. */
  public static Copies between(List<Memory> memories) {
    return memories.stream().anyMatch(Memory.Gpu.class::isInstance) ? OnGpus.COPIES : ON_HOST;
  }

  // Loads JCuda when GPUs are used, and not before.
  private static final class OnGpus {
    static final Copies COPIES = new Copies(new CudaQueues(), PIECE_BYTES);
  }

  /** A mark behind all that a device has been given to compute so far. */
  public Event mark(Memory memory) {
    return queues.record(Queue.compute(memory));
  }

  /**
   * Begins to copy a value.
   *
   * @param source where the value is, or is going to be
   * @param ready the mark behind what computes it
   * @param target memory of the same size
   * @param free the mark behind the last use of the target's memory
   */
  public Arrival send(
      Memory from, ByteBuffer source, Event ready, Memory to, ByteBuffer target, Event free) {
    if (queues.reaches(from, to)) {
      Queue queue = Queue.copies(from, to);
      synchronized (lock(queue)) {
        queues.await(queue, ready);
        queues.await(queue, free);
        queues.copy(queue, source, target);
        return arrival(from, to, queues.record(queue), Arrival.Route.DIRECT);
      }
    }
    Staging staging = lock(Queue.copies(from, to));
    synchronized (staging) {
      return arrival(
          from, to, staging.send(from, source, ready, to, target, free), Arrival.Route.STAGED);
    }
  }

  private Staging lock(Queue queue) {
    return stagings.computeIfAbsent(queue, q -> new Staging(queues, pieceBytes, PIECES));
  }

  private Arrival arrival(Memory from, Memory to, Event done, Arrival.Route route) {
    return new Arrival(queues, from, to, done, route);
  }
}
