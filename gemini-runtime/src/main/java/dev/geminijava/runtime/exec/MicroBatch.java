package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.device.Arrival;
import dev.geminijava.runtime.device.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A slice of the batch on its way through the stages: one {@link Lane} per shard rank. */
public final class MicroBatch {

  final int index;
  final Meeting meeting;
  final Meeting returning;
  final List<Lane> lanes = new ArrayList<>();

  // Guarded by the step's monitor.
  int granted = -1;
  int forwarded;
  int arrived;
  int backwarded;

  private final long size;
  private final NDList data;
  private final NDList labels;
  private final NDManager base;
  private final Step step;
  private final Map<Seat, NDManager> managers = new ConcurrentHashMap<>();
  private final Map<Integer, Queue<Arrival>> departures = new ConcurrentHashMap<>();
  private final Map<Parameter, NDArray[]> buffers =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<Parameter, Split.Along> shares =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<Integer, Exit> exits = new ConcurrentHashMap<>();
  private final Map<Integer, List<Transport.Coming>> fetched = new ConcurrentHashMap<>();

  /** A rank of a stage. */
  private record Seat(int stage, int rank) {}

  MicroBatch(Step step, int index, long size, NDList data, NDList labels, NDManager base) {
    this.step = step;
    this.index = index;
    this.size = size;
    this.data = data;
    this.labels = labels;
    this.base = base;
    int ranks = step.mesh.shard();
    meeting = new Meeting(step.progress, ranks);
    returning = new Meeting(step.progress, ranks);
    for (int r = 0; r < ranks; r++) {
      lanes.add(new Lane(step, this, r));
    }
    backwarded = step.mesh.pipe();
  }

  /** The number of samples in this micro-batch. */
  public long size() {
    return size;
  }

  /** What the model returned, outside the graph; complete once the forward pass is. */
  public NDList outputs() {
    NDList outputs = new NDList(exits.size());
    exits().forEach(exit -> outputs.add(exit.value().toDevice(base.getDevice(), false)));
    return outputs;
  }

  /** Where each output left the graph, in the outputs' order. */
  public List<Exit> exits() {
    return IntStream.range(0, exits.size()).mapToObj(exits::get).toList();
  }

  /** The leaf or constant that stands for the i-th input. */
  public NDArray input(int i) {
    return data.get(i);
  }

  NDList inputs(Lane lane) {
    return owned(data, lane, fetched.getOrDefault(lane.rank, List.of()));
  }

  NDList labels(Lane lane) {
    return labels == null ? null : owned(labels, lane, List.of());
  }

  /** Begins to copy the inputs to the first stage while it is busy with others. */
  void fetch() {
    Memory program = Memory.of(base.getDevice());
    for (Lane lane : lanes) {
      Memory memory = step.mesh.memory(0, lane.rank);
      if (!memory.equals(program)
          && data.stream().noneMatch(array -> JniUtils.requiresGrad((PtNDArray) array))) {
        Transport.Place from = from(program, 0, lane);
        NDManager manager = manager(0, lane.rank);
        fetched.put(
            lane.rank,
            data.stream().map(array -> step.transport.send(array, from, memory, manager)).toList());
      }
    }
  }

  private Transport.Place from(Memory program, int stage, Lane lane) {
    return new Transport.Place(program, step.transport.mark(program), stage, lane.rank, index);
  }

  // Scopes of the program attach and close what they are given, and the program may change it in
  // place: every lane gets handles of its own, and if there are several, values of its own.
  private NDList owned(NDList list, Lane lane, List<Transport.Coming> fetched) {
    Segment segment = lane.tape.running();
    Memory program = Memory.of(base.getDevice());
    NDList owned = new NDList(list.size());
    for (int i = 0; i < list.size(); i++) {
      NDArray array = list.get(i);
      boolean differentiable = JniUtils.requiresGrad((PtNDArray) array);
      NDArray own;
      if (program.equals(segment.memory)) {
        own =
            lanes.size() > 1 || step.isTrial()
                ? differentiable ? array.mul(1) : array.duplicate()
                : differentiable
                    ? Entrance.of(array, segment.manager)
                    : Arrays.alias(array, segment.manager);
      } else if (differentiable) {
        own = lane.tape.rawly(() -> Transport.copy(array, segment.memory, segment.manager));
      } else {
        Transport.Coming coming =
            fetched.isEmpty()
                ? lane.tape.rawly(
                    () ->
                        step.transport.send(
                            array,
                            from(program, segment.stage, lane),
                            segment.memory,
                            segment.manager))
                : fetched.get(i);
        own =
            lane.tape.rawly(
                () -> Arrays.alias(coming.here(departures(segment.stage)), segment.manager));
      }
      own.attach(segment.manager);
      owned.add(own);
    }
    return owned;
  }

  /** Where the arrays of one rank in one stage live until its backward pass is done. */
  NDManager manager(int stage, int rank) {
    Memory memory = step.mesh.memory(stage, rank);
    return managers.computeIfAbsent(
        new Seat(stage, rank),
        seat ->
            memory instanceof Memory.Gpu gpu
                ? base.newSubManager(gpu.device())
                : base.newSubManager());
  }

  /** Takes the copies of what a stage's ranks hold that are under way. */
  Consumer<Arrival> departures(int stage) {
    return departures.computeIfAbsent(stage, s -> new ConcurrentLinkedQueue<>())::add;
  }

  void release(int stage) {
    Queue<Arrival> leaving = departures.remove(stage);
    if (leaving != null) {
      leaving.forEach(Arrival::letGo);
    }
    for (int r = 0; r < lanes.size(); r++) {
      NDManager manager = managers.remove(new Seat(stage, r));
      if (manager != null) {
        manager.close();
      }
    }
  }

  /** Ends the micro-batch whatever happened: closes all that it still holds. */
  void close() {
    for (int stage = 0; stage < step.mesh.pipe(); stage++) {
      release(stage);
    }
  }

  /**
   * Takes what a rank computed: the model's outputs, and the loss if it is to be taken inside the
   * last stage. What all ranks have is taken from rank 0.
   */
  void leave(Lane lane, NDList results) {
    List<Optional<SplitArray>> split = results.stream().map(MicroBatch::leavesInParts).toList();
    for (int o = 0; o < results.size(); o++) {
      if (lane.rank == 0 || split.get(o).isPresent()) {
        NDArray value = split.get(o).map(array -> array.parts().get(0)).orElse(results.get(o));
        Export export = lane.tape.leave(value);
        NDArray lasting = lane.tape.rawly(() -> step.transport.lasting(export.value, base));
        exits.computeIfAbsent(o, key -> exit(split.get(key))).give(lane.rank, export, lasting);
      }
    }
    Loss loss = step.loss;
    if (loss == null || lane.rank > 0 && split.stream().allMatch(Optional::isEmpty)) {
      return;
    }
    // A loss that averages over the batch is the size-weighted mean of its micro-batches' losses.
    NDArray value = loss.evaluate(labels(lane), results).mul((double) size / step.batchSize);
    if (lane.rank == 0) {
      Export exit = lane.tape.leave(value);
      exit.give(exit.value.onesLike());
    }
  }

  // Scores do: a loss needs no more. The other axes may be those that the batch is divided along.
  private static Optional<SplitArray> leavesInParts(NDArray result) {
    if (result.getShape().dimension() > 1 && result instanceof Scores) {
      return SplitArray.unsettled(result);
    }
    SplitArray.settle(result);
    return Optional.empty();
  }

  private static Exit exit(Optional<SplitArray> split) {
    return new Exit(
        split.map(SplitArray::share).orElse(null), split.map(SplitArray::axis).orElse(0));
  }

  synchronized NDArray buffer(Parameter parameter, Segment segment, int rank) {
    NDArray[] copies = buffers.computeIfAbsent(parameter, p -> new NDArray[step.mesh.shard()]);
    if (copies[rank] == null) {
      NDArray array = parameter.getArray();
      copies[rank] =
          array.getDevice().equals(segment.manager.getDevice())
              ? Arrays.copy(array, base)
              : Transport.copy(array, segment.memory, base);
    }
    return copies[rank];
  }

  /** A rank's window on the buffer that is committed; the ranks' windows do not overlap. */
  NDArray buffer(Parameter parameter, Split.Along split, Segment segment, int rank) {
    boolean together = step.mesh.memories(segment.stage).stream().distinct().count() == 1;
    if (!together) {
      shares.put(parameter, split);
    }
    NDArray whole = buffer(parameter, segment, together ? 0 : rank);
    return Arrays.detached(split.window(whole, rank), base);
  }

  /** A buffer that the forward pass updated: as rank 0 left it, or each rank its share. */
  NDArray updated(Parameter parameter) {
    NDArray[] copies = buffers.get(parameter);
    Split.Along split = shares.get(parameter);
    if (split == null) {
      return copies[0];
    }
    // Backward may still need what it saw.
    NDArray whole = Arrays.copy(copies[0], base);
    for (int r = 1; r < copies.length; r++) {
      Arrays.write(split.window(copies[r], r), split.window(whole, r));
    }
    return whole;
  }

  /** The buffers that the forward pass updated, each rank's. */
  Map<Parameter, NDArray[]> buffers() {
    return buffers;
  }
}
