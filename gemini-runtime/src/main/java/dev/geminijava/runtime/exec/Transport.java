package dev.geminijava.runtime.exec;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import dev.geminijava.runtime.device.Arrival;
import dev.geminijava.runtime.device.Copies;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.trace.Span;
import dev.geminijava.runtime.trace.Trace;
import dev.geminijava.torch.TorchScript;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Brings arrays from one device's memory to another's, beside computing. */
final class Transport {

  private static final class Program {
    static final TorchScript CONTIGUOUS =
        TorchScript.of("Contiguous", List.of("x"), "return torch.contiguous(x)");
  }

  private final Copies copies;
  private final Trace trace;

  Transport(List<Memory> memories, Trace trace) {
    copies = Copies.between(memories);
    this.trace = trace;
  }

  /** A mark behind all that a device has been given to compute so far. */
  Event mark(Memory memory) {
    return copies.mark(memory);
  }

  /** Where a value is, whose it is, and when it is computed. */
  record Place(Memory memory, Event ready, int stage, int rank, int microBatch) {}

  /**
   * Begins to bring a value, outside the graph. What is computed with the result waits for it.
   *
   * @param value stays alive until the departure is let go
   * @param manager where the result lives, on the device of the target memory
   * @param departures takes what has to be let go before the value's memory is used again
   */
  NDArray bring(
      NDArray value, Place from, Memory to, NDManager manager, Consumer<Arrival> departures) {
    NDArray made = manager.create(value.getShape(), value.getDataType());
    Arrays.kept(made, value, manager);
    if (value.size() == 0) {
      return made;
    }
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
      return byLibtorch(source, from, made, to, manager);
    }
    Arrival arrival =
        copies.send(from.memory(), bytes, ready, to, NativeArrays.memory((PtNDArray) made));
    arrival.await();
    departures.accept(arrival);
    traced(arrival.route().name().toLowerCase(Locale.ROOT), from, to, ready, arrival.done(), value);
    return made;
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
}
