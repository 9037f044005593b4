package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaError;
import jcuda.runtime.cudaMemcpyKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of copies and computing, proved over what was queued; and real bytes over threads. */
class CopiesTest {

  private static final int PIECE = 64;
  private static final List<Memory> GPUS =
      List.of(new Memory.Gpu(0), new Memory.Gpu(1), new Memory.Gpu(2));

  /**
   * Devices compute, send, use what arrived and use the memory of what they sent again, in any
   * interleaving. Two accesses to one memory, of which one writes, are always ordered.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noTwoAccessesToOneMemoryAreUnordered(boolean peers) {
    for (int seed = 0; seed < 200; seed++) {
      assertEquals(List.of(), randomTraffic(new Random(seed), peers, true).races(), "seed " + seed);
    }
  }

  /** The proof can fail: without the wait before reuse, it does. */
  @Test
  void theProofSeesAMissingWait() {
    long races = 0;
    for (int seed = 0; seed < 20; seed++) {
      races += randomTraffic(new Random(seed), true, false).races().size();
    }
    assertTrue(races > 0);
  }

  /** What is computed between a memory's last use and a copy into it does not hold the copy up. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void copiesIntoFreeMemoryHideBehindComputing(boolean peers) {
    Memory from = GPUS.get(0);
    Memory to = GPUS.get(1);
    Log log = new Log(peers);
    Copies copies = new Copies(log, PIECE);
    ByteBuffer source = ByteBuffer.allocateDirect(PIECE);
    ByteBuffer target = ByteBuffer.allocateDirect(PIECE);
    log.computes(to, List.of(target), List.of());
    Event free = copies.mark(to);
    log.computes(from, List.of(), List.of(source));
    Event ready = copies.mark(from);
    log.computes(from, List.of(), List.of());
    int busy = log.computes(to, List.of(), List.of());
    copies.send(from, source, ready, to, target, free).await();
    assertEquals(List.of(), log.races());
    assertTrue(log.copies().noneMatch(copy -> log.isBefore(busy, copy)));
    int use = log.computes(to, List.of(target), List.of());
    assertTrue(log.copies().allMatch(copy -> log.isBefore(copy, use)));
    // New memory may be that of anything computed before.
    copies.send(from, source, ready, to, target, copies.mark(to));
    assertTrue(log.copies().anyMatch(copy -> log.isBefore(busy, copy)));
  }

  private static Log randomTraffic(Random random, boolean peers, boolean letsGo) {
    Log log = new Log(peers);
    Copies copies = new Copies(log, PIECE);
    List<ByteBuffer> free = new ArrayList<>();
    List<Memory> homes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Memory from = GPUS.get(random.nextInt(GPUS.size()));
      Memory to = GPUS.get((GPUS.indexOf(from) + 1 + random.nextInt(2)) % GPUS.size());
      int size = 1 + random.nextInt(5 * PIECE);
      // A caching allocator: memory that was let go of is handed out at once.
      ByteBuffer source = take(free, homes, from, size);
      log.computes(from, List.of(), List.of(source));
      Event ready = copies.mark(from);
      log.computes(from, List.of(source), List.of());
      ByteBuffer target = take(free, homes, to, size);
      Arrival arrival = copies.send(from, source, ready, to, target, copies.mark(to));
      log.computes(from, List.of(source), List.of());
      if (random.nextBoolean()) {
        log.computes(to, List.of(), List.of());
      }
      arrival.await();
      log.computes(to, List.of(target), List.of(target));
      if (letsGo) {
        arrival.letGo();
      }
      free.add(source);
      homes.add(from);
      free.add(target);
      homes.add(to);
    }
    return log;
  }

  private static ByteBuffer take(List<ByteBuffer> free, List<Memory> homes, Memory home, int size) {
    for (int i = 0; i < free.size(); i++) {
      if (homes.get(i).equals(home) && free.get(i).capacity() >= size) {
        homes.remove(i);
        return free.remove(i).slice(0, size);
      }
    }
    return ByteBuffer.allocateDirect(size);
  }

  /**
   * Queues that write down what they are given. An operation comes after those before it in its
   * queue and after the marks that its queue waited for; what that leaves open may happen at once.
   */
  private static final class Log implements Queues {

    private final boolean peers;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Queue> queues = new ArrayList<>();
    private final List<int[]> clocks = new ArrayList<>();

    Log(boolean peers) {
      this.peers = peers;
    }

    private record Access(long begin, long end, boolean writes) {
      boolean conflicts(Access other) {
        return begin < other.end && other.begin < end && (writes || other.writes);
      }
    }

    private record Operation(int queue, int[] clock, List<Access> accesses) {
      boolean isBefore(Operation other) {
        return clock[queue] <= other.clock[queue];
      }
    }

    private record Mark(int[] clock) implements Event {
      @Override
      public boolean isPast() {
        return false;
      }

      @Override
      public long nanos() {
        throw new AssertionError("the host waited for a device");
      }

      @Override
      public void join() {
        throw new AssertionError("the host waited for a device");
      }
    }

    private int index(Queue queue) {
      int index = queues.indexOf(queue);
      if (index < 0) {
        index = queues.size();
        queues.add(queue);
        clocks.add(new int[32]);
      }
      return index;
    }

    private int run(Queue queue, List<ByteBuffer> reads, List<ByteBuffer> writes) {
      int q = index(queue);
      clocks.get(q)[q]++;
      List<Access> accesses = new ArrayList<>();
      reads.forEach(buffer -> accesses.add(access(buffer, false)));
      writes.forEach(buffer -> accesses.add(access(buffer, true)));
      operations.add(new Operation(q, clocks.get(q).clone(), accesses));
      return operations.size() - 1;
    }

    boolean isBefore(int first, int second) {
      return operations.get(first).isBefore(operations.get(second));
    }

    IntStream copies() {
      return IntStream.range(0, operations.size())
          .filter(i -> !queues.get(operations.get(i).queue).computes());
    }

    private static Access access(ByteBuffer buffer, boolean writes) {
      long begin =
          com.sun.jna.Pointer.nativeValue(com.sun.jna.Native.getDirectBufferPointer(buffer));
      return new Access(begin, begin + buffer.remaining(), writes);
    }

    int computes(Memory memory, List<ByteBuffer> reads, List<ByteBuffer> writes) {
      return run(Queue.compute(memory), reads, writes);
    }

    @Override
    public Event record(Queue queue) {
      return new Mark(clocks.get(index(queue)).clone());
    }

    @Override
    public void await(Queue queue, Event event) {
      int[] clock = clocks.get(index(queue));
      int[] other = ((Mark) event).clock();
      Arrays.setAll(clock, i -> Math.max(clock[i], other[i]));
    }

    @Override
    public void copy(Queue queue, ByteBuffer source, ByteBuffer target) {
      run(queue, List.of(source), List.of(target));
    }

    @Override
    public boolean reaches(Memory from, Memory to) {
      return peers;
    }

    @Override
    public ByteBuffer pinned(Memory beside, int bytes) {
      return ByteBuffer.allocateDirect(bytes);
    }

    List<String> races() {
      List<String> races = new ArrayList<>();
      for (int i = 0; i < operations.size(); i++) {
        for (int j = i + 1; j < operations.size(); j++) {
          Operation a = operations.get(i);
          Operation b = operations.get(j);
          boolean conflict =
              a.accesses.stream().anyMatch(x -> b.accesses.stream().anyMatch(x::conflicts));
          if (conflict && !a.isBefore(b) && !b.isBefore(a)) {
            races.add(queues.get(a.queue) + " " + i + " and " + queues.get(b.queue) + " " + j);
          }
        }
      }
      return races;
    }
  }

  /** JCuda refuses some kinds of copies by itself; without a driver, CUDA refuses the others. */
  @Test
  void jCudaHandsOurKindsOfCopiesToCuda() {
    assumeTrue(Inventory.detect().gpus().isEmpty(), "CUDA would copy");
    JCuda.setExceptionsEnabled(false);
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    for (Memory from : List.of(Memory.HOST, GPUS.get(0))) {
      for (Memory to : List.of(GPUS.get(0), GPUS.get(1))) {
        int kind = CudaQueues.kind(Queue.copies(from, to));
        assertEquals(
            cudaError.cudaErrorInsufficientDriver,
            JCuda.cudaMemcpyAsync(Pointer.to(buffer), Pointer.to(buffer), PIECE, kind, null));
      }
    }
    assertEquals(
        cudaMemcpyKind.cudaMemcpyDeviceToHost,
        CudaQueues.kind(Queue.copies(GPUS.get(0), Memory.HOST)));
  }

  /** The same calls move real bytes, over threads; larger than all staging buffers together. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSentArrives(boolean direct) {
    Copies copies = new Copies(new HostQueues(direct), PIECE);
    Random random = new Random(1);
    List<Memory> memories = List.of(Memory.HOST, new Memory.Apart(0), new Memory.Apart(1));
    for (int i = 0; i < 300; i++) {
      Memory from = memories.get(random.nextInt(memories.size()));
      Memory to = new Memory.Apart(from.equals(new Memory.Apart(0)) ? 1 : 0);
      ByteBuffer source = ByteBuffer.allocateDirect(random.nextInt(10 * PIECE));
      byte[] bytes = new byte[source.capacity()];
      random.nextBytes(bytes);
      source.duplicate().put(bytes);
      ByteBuffer target = ByteBuffer.allocateDirect(source.capacity());
      Arrival arrival = copies.send(from, source, copies.mark(from), to, target, copies.mark(to));
      boolean straight = direct && !from.equals(Memory.HOST);
      assertEquals(straight ? Arrival.Route.DIRECT : Arrival.Route.STAGED, arrival.route());
      arrival.await();
      byte[] arrived = new byte[bytes.length];
      target.get(arrived);
      assertTrue(Arrays.equals(bytes, arrived), "round " + i);
      arrival.letGo();
      assertTrue(arrival.done().nanos() > 0);
    }
  }
}
