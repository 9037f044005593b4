package dev.geminijava.runtime.device;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import jcuda.Pointer;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaError;
import jcuda.runtime.cudaEvent_t;
import jcuda.runtime.cudaMemcpyKind;
import jcuda.runtime.cudaStream_t;

/**
 * The streams of the GPUs. libtorch computes in each GPU's default stream, which JCuda's runtime
 * shares with it, since both use the GPU's primary context; copies have streams that do not wait
 * for that one by themselves.
 */
final class CudaQueues implements Queues {

  // Of the driver's API: such a stream does not wait for the default one.
  private static final int NON_BLOCKING = 1;
  private static final int DEFAULT_FLAGS = 0;
  private static final Cleaner CLEANER = Cleaner.create();

  // CUDA tells the time between two events in milliseconds of single precision: microseconds get
  // lost above this.
  private static final float EXACT_MILLIS = 10_000;

  private final Map<Queue, cudaStream_t> streams = new ConcurrentHashMap<>();
  private final Map<Integer, Origin> origins = new ConcurrentHashMap<>();
  private final Map<Integer, java.util.Queue<cudaEvent_t>> spare = new ConcurrentHashMap<>();
  private final Set<Integer> inUse = ConcurrentHashMap.newKeySet();
  private final Set<Queue> peers = ConcurrentHashMap.newKeySet();
  private final Set<Queue> strangers = ConcurrentHashMap.newKeySet();

  CudaQueues() {
    JCuda.setExceptionsEnabled(false);
  }

  /**
   * A moment that both clocks know.
   *
   * @param mark keeps the event
   */
  private record Origin(Mark mark, long nanos) {}

  /** A CUDA event. When nobody knows it any more it serves again, in the same GPU's queues. */
  private final class Mark implements Event {
    private final cudaEvent_t event;
    private final int gpu;

    Mark(cudaEvent_t event, int gpu) {
      this.event = event;
      this.gpu = gpu;
      java.util.Queue<cudaEvent_t> again = spare(gpu);
      CLEANER.register(this, () -> again.add(event));
    }

    @Override
    public boolean isPast() {
      int error = on(gpu, () -> JCuda.cudaEventQuery(event));
      if (error == cudaError.cudaErrorNotReady) {
        JCuda.cudaGetLastError();
        return false;
      }
      check(error, "ask for an event");
      return true;
    }

    @Override
    public void join() {
      on(gpu, () -> check(JCuda.cudaEventSynchronize(event), "wait for an event"));
    }

    @Override
    public long nanos() {
      join();
      Origin origin = origins.get(gpu);
      float[] milliseconds = new float[1];
      on(
          gpu,
          () ->
              check(
                  JCuda.cudaEventElapsedTime(milliseconds, origin.mark().event, event),
                  "take the time between two events"));
      long nanos = origin.nanos() + (long) (milliseconds[0] * 1e6);
      if (milliseconds[0] > EXACT_MILLIS) {
        origins.put(gpu, new Origin(this, nanos));
      }
      return nanos;
    }
  }

  private java.util.Queue<cudaEvent_t> spare(int gpu) {
    return spare.computeIfAbsent(gpu, g -> new ConcurrentLinkedQueue<>());
  }

  /** A mark of the host's, which queues of GPUs may have to wait for. */
  private record HostMark(long nanos) implements Event {
    @Override
    public boolean isPast() {
      return true;
    }

    @Override
    public void join() {}
  }

  @Override
  public Event record(Queue queue) {
    int gpu = gpu(queue);
    if (gpu < 0) {
      return new HostMark(System.nanoTime());
    }
    return on(
        gpu,
        () -> {
          origins.computeIfAbsent(gpu, this::origin);
          return mark(queue, gpu);
        });
  }

  private Mark mark(Queue queue, int gpu) {
    cudaEvent_t event = spare(gpu).poll();
    if (event == null) {
      event = new cudaEvent_t();
      check(JCuda.cudaEventCreate(event), "make an event");
    }
    check(JCuda.cudaEventRecord(event, stream(queue)), "record an event");
    return new Mark(event, gpu);
  }

  // Once for each GPU, when it is first used: the only wait for a device that is not asked for.
  private Origin origin(int gpu) {
    Mark mark = mark(Queue.compute(new Memory.Gpu(gpu)), gpu);
    mark.join();
    return new Origin(mark, System.nanoTime());
  }

  @Override
  public void await(Queue queue, Event event) {
    if (event instanceof Mark mark) {
      int gpu = gpu(queue);
      if (gpu < 0) {
        mark.join();
      } else {
        on(
            gpu,
            () ->
                check(
                    JCuda.cudaStreamWaitEvent(stream(queue), mark.event, DEFAULT_FLAGS),
                    "let a stream wait for an event"));
      }
    }
  }

  @Override
  public void copy(Queue queue, ByteBuffer source, ByteBuffer target) {
    on(
        gpu(queue),
        () ->
            check(
                JCuda.cudaMemcpyAsync(
                    Pointer.to(target),
                    Pointer.to(source),
                    source.remaining(),
                    kind(queue),
                    stream(queue)),
                "copy " + source.remaining() + " bytes, " + queue));
  }

  /** What CUDA calls the copies of a queue. JCuda knows no cudaMemcpyDefault. */
  static int kind(Queue queue) {
    boolean from = queue.at() instanceof Memory.Gpu;
    boolean to = queue.to() instanceof Memory.Gpu;
    if (from && to) {
      return cudaMemcpyKind.cudaMemcpyDeviceToDevice;
    }
    return from ? cudaMemcpyKind.cudaMemcpyDeviceToHost : cudaMemcpyKind.cudaMemcpyHostToDevice;
  }

  @Override
  public boolean reaches(Memory from, Memory to) {
    return from instanceof Memory.Gpu source
        && to instanceof Memory.Gpu target
        && reaches(source, target);
  }

  private boolean reaches(Memory.Gpu from, Memory.Gpu to) {
    if (from.equals(to)) {
      return true;
    }
    Queue pair = Queue.copies(from, to);
    if (peers.contains(pair)) {
      return true;
    }
    if (strangers.contains(pair)) {
      return false;
    }
    boolean reaches = enablePeer(from, to) && enablePeer(to, from);
    (reaches ? peers : strangers).add(pair);
    return reaches;
  }

  private boolean enablePeer(Memory.Gpu from, Memory.Gpu to) {
    int[] can = new int[1];
    check(
        JCuda.cudaDeviceCanAccessPeer(can, from.index(), to.index()),
        "ask whether " + from + " reaches " + to);
    if (can[0] == 0) {
      return false;
    }
    return on(
        from.index(),
        () -> {
          int error = JCuda.cudaDeviceEnablePeerAccess(to.index(), DEFAULT_FLAGS);
          // libtorch may have been there before us; that is no error, but has to be fetched.
          if (error == cudaError.cudaErrorPeerAccessAlreadyEnabled) {
            JCuda.cudaGetLastError();
            return true;
          }
          // The hardware connects only so many at once.
          if (error == cudaError.cudaErrorTooManyPeers) {
            JCuda.cudaGetLastError();
            return false;
          }
          check(error, "let " + from + " reach " + to);
          return true;
        });
  }

  @Override
  public ByteBuffer pinned(Memory beside, int bytes) {
    Pointer pointer = new Pointer();
    on(
        ((Memory.Gpu) beside).index(),
        () ->
            check(
                JCuda.cudaHostAlloc(pointer, bytes, JCuda.cudaHostAllocPortable),
                "pin " + bytes + " bytes of the host's memory"));
    return pointer.getByteBuffer(0, bytes);
  }

  /** The stream of a queue; null, the default stream, for the one in which a GPU computes. */
  private cudaStream_t stream(Queue queue) {
    return queue.computes()
        ? null
        : streams.computeIfAbsent(
            queue,
            q -> {
              cudaStream_t stream = new cudaStream_t();
              check(JCuda.cudaStreamCreateWithFlags(stream, NON_BLOCKING), "make a stream");
              return stream;
            });
  }

  /** The GPU beside which a queue runs, or -1 for the host. */
  private static int gpu(Queue queue) {
    if (queue.at() instanceof Memory.Gpu gpu) {
      return gpu.index();
    }
    return queue.to() instanceof Memory.Gpu gpu ? gpu.index() : -1;
  }

  private void on(int gpu, Runnable call) {
    on(
        gpu,
        () -> {
          call.run();
          return null;
        });
  }

  /**
   * Calls with a GPU as the current one. The one before is current again afterwards, unless nothing
   * in this process uses it: to select it takes some of its memory.
   */
  private <T> T on(int gpu, Supplier<T> call) {
    int[] current = new int[1];
    check(JCuda.cudaGetDevice(current), "find the current GPU");
    if (current[0] == gpu) {
      return call.get();
    }
    check(JCuda.cudaSetDevice(gpu), "select GPU " + gpu);
    try {
      return call.get();
    } finally {
      if (isInUse(current[0])) {
        check(JCuda.cudaSetDevice(current[0]), "go back to GPU " + current[0]);
      }
    }
  }

  private boolean isInUse(int gpu) {
    return inUse.contains(gpu) || Driver.isInUse(gpu) && inUse.add(gpu);
  }

  private static void check(int error, String what) {
    CudaGpus.check(error, what);
  }
}
