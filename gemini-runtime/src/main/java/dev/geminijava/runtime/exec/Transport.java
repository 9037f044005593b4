package dev.geminijava.runtime.exec;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.geminijava.runtime.device.Arrival;
import dev.geminijava.runtime.device.Copies;
import dev.geminijava.runtime.device.CopyCost;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.exec.Landings.Landing;
import dev.geminijava.runtime.trace.Span;
import dev.geminijava.runtime.trace.Trace;
import dev.geminijava.torch.TorchScript;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Brings arrays from one device's memory to another's in one step, beside computing. */
final class Transport {

  private static final class Program {
    static final TorchScript CONTIGUOUS =
        TorchScript.of("Contiguous", List.of("x"), "return torch.contiguous(x)");
  }

  private static final Map<List<Memory>, CopyCost> COSTS = new ConcurrentHashMap<>();

  private final Copies copies;
  private final Trace trace;
  private final Landings landings;
  private final Queue<Landing> used = new ConcurrentLinkedQueue<>();
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();

  Transport(List<Memory> memories, Landings landings, Trace trace) {
    copies = Copies.between(memories);
    this.landings = landings;
    this.trace = trace;
  }

  /** A mark behind all that a device has been given to compute so far. */
  Event mark(Memory memory) {
    return copies.mark(memory);
  }

  /** Where a value is, whose it is, and when it is computed. */
  record Place(Memory memory, Event ready, int stage, int rank, int microBatch) {}

  /**
   * A value that is on its way.
   *
   * @param array where it arrives
   * @param arrival its copy, or null if it is there
   */
  record Coming(NDArray array, Arrival arrival) {

    /**
     * Lets what is computed from now on wait for it.
     *
     * @param departures takes what has to be let go before the value's memory is used again
     */
    NDArray here(Consumer<Arrival> departures) {
      if (arrival != null) {
        arrival.await();
        departures.accept(arrival);
      }
      return array;
    }
  }

  /**
   * Begins to bring a value that the step goes on with, outside the graph.
   *
   * @param value stays alive until the departure is let go
   * @param manager where the result lives, on the device of the target memory
   */
  Coming send(NDArray value, Place from, Memory to, NDManager manager) {
    Landings.Size size = new Landings.Size(to, value.getDataType(), value.size());
    if (size.elements() == 0) {
      return new Coming(made(value, manager), null);
    }
    Landing landing = landings.again(size).orElseGet(() -> landing(size));
    used.add(landing);
    NDArray made = Arrays.kept(landing.array().reshape(value.getShape()), value, manager);
    Coming coming = send(value, from, made, landing.free(), to, manager);
    if (coming.arrival() != null) {
      arrivals.add(coming.arrival());
    }
    return coming;
  }

  // The mark comes after the memory.
  private Landing landing(Landings.Size size) {
    NDArray array = landings.create(size);
    return new Landing(size, array, mark(size.memory()));
  }

  /**
   * Brings a value that is used at once, outside the graph; the result may be closed after that.
   *
   * @param departures takes what has to be let go before the value's memory is used again
   */
  NDArray bring(
      NDArray value, Place from, Memory to, NDManager manager, Consumer<Arrival> departures) {
    NDArray made = made(value, manager);
    return value.size() == 0
        ? made
        : send(value, from, made, mark(to), to, manager).here(departures);
  }

  private static NDArray made(NDArray like, NDManager manager) {
    return Arrays.kept(manager.create(like.getShape(), like.getDataType()), like, manager);
  }

  private Coming send(
      NDArray value, Place from, NDArray made, Event free, Memory to, NDManager manager) {
    NDArray source = value;
    Event ready = from.ready();
    if (!NativeArrays.isContiguous((PtNDArray) value)) {
      source = Arrays.kept(Program.CONTIGUOUS.call(manager, value), value, manager);
      ready = copies.mark(from.memory());
    }
    ByteBuffer bytes;
    try {
      bytes = NativeArrays.memory((PtNDArray) source);
    } catch (EngineException e) {
      // DJL gives no pointer to arrays of more than 2 GiB.
      return new Coming(byLibtorch(source, from, made, to, manager), null);
    }
    ByteBuffer target = NativeArrays.memory((PtNDArray) made);
    Arrival arrival = copies.send(from.memory(), bytes, ready, to, target, free);
    traced(arrival.route().name().toLowerCase(Locale.ROOT), from, to, ready, arrival.done(), value);
    return new Coming(made, arrival);
  }

  private NDArray byLibtorch(
      NDArray value, Place from, NDArray made, Memory to, NDManager manager) {
    Event begin = copies.mark(from.memory());
    made.close();
    NDArray copy = copy(value, to, manager);
    traced("by libtorch", from, to, begin, copies.mark(to), value);
    return copy;
  }

  /** A copy by libtorch's own means, which is in the graph if the value is. */
  static NDArray copy(NDArray value, Memory to, NDManager manager) {
    NDArray copy =
        value.getDevice().equals(to.device())
            ? value.duplicate()
            : JniUtils.to((PtNDArray) value, value.getDataType(), to.device());
    return Arrays.kept(copy, value, manager);
  }

  private void traced(String route, Place from, Memory to, Event begin, Event end, NDArray value) {
    trace.record(
        Span.Kind.TRANSFER,
        "%s to %s, %s".formatted(from.memory(), to, route),
        from.stage(),
        from.rank(),
        from.microBatch(),
        begin,
        end,
        Arrays.bytes(value));
  }

  /** A value outside the graph that outlives the step: a copy, if it is where values arrive. */
  NDArray lasting(NDArray value, NDManager manager) {
    return arrives(value) ? Arrays.copy(value, manager) : Arrays.detached(value, manager);
  }

  private boolean arrives(NDArray value) {
    if (used.isEmpty() || value.size() == 0) {
      return false;
    }
    if (!NativeArrays.isContiguous((PtNDArray) value)) {
      // Its address is not told.
      return true;
    }
    try {
      long address = address(value);
      return used.stream()
          .map(Landing::array)
          .anyMatch(
              landing ->
                  address(landing) <= address
                      && address < address(landing) + Arrays.bytes(landing));
    } catch (EngineException e) {
      // So large that it was copied some other way.
      return false;
    }
  }

  private static long address(NDArray array) {
    return Pointer.nativeValue(
        Native.getDirectBufferPointer(NativeArrays.memory((PtNDArray) array)));
  }

  /**
   * Whether ranks sum arrays of a size in shares: see {@link CopyCost#worthShares}.
   *
   * @param memories where the ranks' arrays are
   */
  boolean sumsInShares(long bytes, List<Memory> memories) {
    int ranks = memories.size();
    return ranks > 2
        && memories.stream().distinct().count() == ranks
        && bytes >= cost(memories.get(0), memories.get(1)).worthShares(ranks);
  }

  // Once in the process for each two memories: all ranks have to decide alike.
  private CopyCost cost(Memory from, Memory to) {
    return COSTS.computeIfAbsent(List.of(from, to), pair -> Lane.outside(() -> measured(from, to)));
  }

  private CopyCost measured(Memory from, Memory to) {
    Shape shape = new Shape(CopyCost.BYTES);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray source = manager.newSubManager(from.device()).zeros(shape, DataType.INT8);
      NDArray target = manager.newSubManager(to.device()).zeros(shape, DataType.INT8);
      return CopyCost.measure(
          copies,
          from,
          NativeArrays.memory((PtNDArray) source),
          to,
          NativeArrays.memory((PtNDArray) target));
    }
  }

  /** Leaves to later steps what values arrived in. */
  void close() {
    // In a step that failed, some may not have been waited for.
    arrivals.forEach(Arrival::await);
    arrivals.clear();
    Map<Memory, Event> marks = new HashMap<>();
    landings.give(
        used.stream()
            .map(
                landing ->
                    new Landing(
                        landing.size(),
                        landing.array(),
                        marks.computeIfAbsent(landing.size().memory(), this::mark)))
            .toList());
    used.clear();
  }
}
