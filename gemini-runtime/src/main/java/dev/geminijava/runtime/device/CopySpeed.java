package dev.geminijava.runtime.device;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import jcuda.runtime.JCuda;

/**
 * What copies between two memories reach, on their way between stages and as the plain calls that
 * they are made of.
 *
 * @param from where the bytes come from
 * @param to where they go
 * @param route the way that they take
 * @param bytesPerSecond what {@link Copies} reaches
 * @param plainBytesPerSecond what one call for all bytes reaches
 */
public record CopySpeed(
    Memory from,
    Memory to,
    Arrival.Route route,
    double bytesPerSecond,
    double plainBytesPerSecond) {

  private static final int BYTES = 256 << 20;
  private static final int HOST_BYTES = 32 << 20;
  private static final int PIECE = 8 << 20;
  private static final int ROUNDS = 10;

  /** Between each two GPUs, and from each to itself. */
  public static List<CopySpeed> onGpus(List<Gpu> gpus) {
    Queues queues = new CudaQueues();
    List<CopySpeed> speeds = new ArrayList<>();
    for (Gpu from : gpus) {
      for (Gpu to : gpus) {
        speeds.add(
            measure(
                queues,
                new Memory.Gpu(from.index()),
                new Memory.Gpu(to.index()),
                CopySpeed::onGpu,
                BYTES));
      }
    }
    return speeds;
  }

  /** Between virtual devices, through threads of their own. */
  public static CopySpeed onHost() {
    return measure(
        new HostQueues(true),
        new Memory.Apart(0),
        new Memory.Apart(1),
        (memory, bytes) -> ByteBuffer.allocateDirect(bytes),
        HOST_BYTES);
  }

  private static CopySpeed measure(
      Queues queues,
      Memory from,
      Memory to,
      BiFunction<Memory, Integer, ByteBuffer> allocation,
      int bytes) {
    ByteBuffer source = allocation.apply(from, bytes);
    ByteBuffer target = allocation.apply(to, bytes);
    Copies copies = new Copies(queues, PIECE);
    Arrival last = copies.send(from, source, copies.mark(from), to, target, copies.mark(to));
    last.done().join();
    Event begin = copies.mark(from);
    for (int i = 0; i < ROUNDS; i++) {
      last = copies.send(from, source, begin, to, target, copies.mark(to));
    }
    double ours = seconds(begin, last.done());
    Queue queue = Queue.copies(from, to);
    Event plainBegin = queues.record(queue);
    for (int i = 0; i < ROUNDS; i++) {
      queues.copy(queue, source, target);
    }
    double plain = seconds(plainBegin, queues.record(queue));
    double moved = (double) bytes * ROUNDS;
    return new CopySpeed(from, to, last.route(), moved / ours, moved / plain);
  }

  private static double seconds(Event begin, Event end) {
    return Math.max(1, end.nanos() - begin.nanos()) / 1e9;
  }

  /** Memory of a GPU that lives as long as the process. */
  private static ByteBuffer onGpu(Memory memory, int bytes) {
    int[] current = new int[1];
    CudaGpus.check(JCuda.cudaGetDevice(current), "find the current GPU");
    CudaGpus.check(JCuda.cudaSetDevice(((Memory.Gpu) memory).index()), "select " + memory);
    Address address = new Address();
    CudaGpus.check(JCuda.cudaMalloc(address, bytes), "take " + bytes + " bytes of " + memory);
    CudaGpus.check(JCuda.cudaSetDevice(current[0]), "go back to GPU " + current[0]);
    return new Pointer(address.value()).getByteBuffer(0, bytes);
  }

  /** A pointer that tells its address. */
  private static final class Address extends jcuda.Pointer {
    long value() {
      return getNativePointer();
    }
  }

  /** The two speeds and their ratio, in words. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f GB/s %s, plain %.1f GB/s: %.2f",
        bytesPerSecond / 1e9,
        route.name().toLowerCase(Locale.ROOT),
        plainBytesPerSecond / 1e9,
        ratio());
  }

  /** The first speed over the second. */
  public double ratio() {
    return bytesPerSecond / plainBytesPerSecond;
  }
}
