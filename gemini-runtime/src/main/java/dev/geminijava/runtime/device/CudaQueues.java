package dev.geminijava.runtime.device;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private final Map<Queue, cudaStream_t> streams = new ConcurrentHashMap<>();
  private final Map<Integer, Origin> origins = new ConcurrentHashMap<>();
  private final Set<Queue> peers = ConcurrentHashMap.newKeySet();
  private final Set<Queue> strangers = ConcurrentHashMap.newKeySet();

  CudaQueues() {
    JCuda.setExceptionsEnabled(false);
  }

  /** A moment that both clocks know. */
  private record Origin(cudaEvent_t event, long nanos) {}

  /** A CUDA event; destroyed when nobody knows it any more. */
  private final class Mark implements Event {
    private final cudaEvent_t event;
    private final int gpu;

    Mark(cudaEvent_t event, int gpu) {
      this.event = event;
      this.gpu = gpu;
      CLEANER.register(this, () -> JCuda.cudaEventDestroy(event));
    }

    @Override
    public boolean isPast() {
      int error = JCuda.cudaEventQuery(event);
      if (error == cudaError.cudaErrorNotReady) {
        return false;
      }
      check(error, "ask for an event");
      return true;
    }

    @Override
    public void join() {
      check(JCuda.cudaEventSynchronize(event), "wait for an event");
    }

    @Override
    public long nanos() {
      join();
      Origin origin = origins.get(gpu);
      float[] milliseconds = new float[1];
      check(
          JCuda.cudaEventElapsedTime(milliseconds, origin.event(), event),
          "take the time between two events");
      return origin.nanos() + (long) (milliseconds[0] * 1e6);
    }
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
          origins.computeIfAbsent(gpu, CudaQueues::origin);
          cudaEvent_t event = new cudaEvent_t();
          check(JCuda.cudaEventCreate(event), "make an event");
          check(JCuda.cudaEventRecord(event, stream(queue)), "record an event");
          return new Mark(event, gpu);
        });
  }

  // Once for each GPU, when it is first used: the only wait for a device that is not asked for.
  private static Origin origin(int gpu) {
    cudaEvent_t event = new cudaEvent_t();
    check(JCuda.cudaEventCreate(event), "make an event");
    check(JCuda.cudaEventRecord(event, null), "record an event");
    check(JCuda.cudaEventSynchronize(event), "wait for an event");
    return new Origin(event, System.nanoTime());
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
    // With unified addresses the pointers themselves tell which memories they mean.
    on(
        gpu(queue),
        () ->
            check(
                JCuda.cudaMemcpyAsync(
                    Pointer.to(target),
                    Pointer.to(source),
                    source.remaining(),
                    cudaMemcpyKind.cudaMemcpyDefault,
                    stream(queue)),
                "copy " + source.remaining() + " bytes, " + queue));
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

  private static boolean enablePeer(Memory.Gpu from, Memory.Gpu to) {
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
          check(error, "let " + from + " reach " + to);
          return true;
        });
  }

  @Override
  public ByteBuffer pinned(int bytes) {
    Pointer pointer = new Pointer();
    check(
        JCuda.cudaHostAlloc(pointer, bytes, JCuda.cudaHostAllocPortable),
        "pin " + bytes + " bytes of the host's memory");
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

  private static void on(int gpu, Runnable call) {
    on(
        gpu,
        () -> {
          call.run();
          return null;
        });
  }

  /** Calls with a GPU as the current one; libtorch's idea of the current one stays as it was. */
  private static <T> T on(int gpu, java.util.function.Supplier<T> call) {
    int[] current = new int[1];
    check(JCuda.cudaGetDevice(current), "find the current GPU");
    if (current[0] == gpu) {
      return call.get();
    }
    check(JCuda.cudaSetDevice(gpu), "select GPU " + gpu);
    try {
      return call.get();
    } finally {
      check(JCuda.cudaSetDevice(current[0]), "go back to GPU " + current[0]);
    }
  }

  private static void check(int error, String what) {
    CudaGpus.check(error, what);
  }
}
