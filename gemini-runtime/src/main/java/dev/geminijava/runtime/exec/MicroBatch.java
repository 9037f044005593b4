package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<Integer, NDManager> managers = new ConcurrentHashMap<>();
  private final Map<Parameter, NDArray[]> buffers =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<Integer, Exit> exits = new ConcurrentHashMap<>();

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
    exits().forEach(exit -> outputs.add(exit.value()));
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

  NDList inputs(int rank) {
    return owned(data);
  }

  NDList labels(int rank) {
    return labels == null ? null : owned(labels);
  }

  // Scopes of the program attach and close what they are given, and the program may change it in
  // place: every lane gets handles of its own, and if there are several, values of its own.
  private NDList owned(NDList list) {
    NDList owned = new NDList(list.size());
    for (NDArray array : list) {
      boolean differentiable = JniUtils.requiresGrad((PtNDArray) array);
      NDArray own =
          lanes.size() > 1 || step.isTrial()
              ? differentiable ? array.mul(1) : array.duplicate()
              : differentiable ? Entrance.of(array, manager(0)) : Arrays.alias(array, manager(0));
      own.attach(manager(0));
      owned.add(own);
    }
    return owned;
  }

  /** Where the arrays of one stage live until its backward pass is done. */
  NDManager manager(int stage) {
    return managers.computeIfAbsent(stage, s -> base.newSubManager());
  }

  void release(int stage) {
    NDManager manager = managers.remove(stage);
    if (manager != null) {
      manager.close();
    }
  }

  /** Ends the micro-batch whatever happened: closes all that it still holds. */
  void close() {
    for (Integer stage : List.copyOf(managers.keySet())) {
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
        exits.computeIfAbsent(o, key -> exit(split.get(key))).give(lane.rank, export, base);
      }
    }
    Loss loss = step.loss;
    if (loss == null || lane.rank > 0 && split.stream().allMatch(Optional::isEmpty)) {
      return;
    }
    // A loss that averages over the batch is the size-weighted mean of its micro-batches' losses.
    NDArray value = loss.evaluate(owned(labels), results).mul((double) size / step.batchSize);
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

  synchronized NDArray buffer(Parameter parameter, int rank) {
    NDArray[] copies = buffers.computeIfAbsent(parameter, p -> new NDArray[step.mesh.shard()]);
    if (copies[rank] == null) {
      copies[rank] = Arrays.copy(parameter.getArray(), base);
    }
    return copies[rank];
  }

  /** A rank's window on the buffer that is committed; the ranks' windows do not overlap. */
  NDArray buffer(Parameter parameter, Split.Along split, int rank) {
    return Arrays.detached(split.window(buffer(parameter, 0), rank), base);
  }

  /** The buffers that the forward pass updated, as rank 0 left them. */
  Map<Parameter, NDArray[]> buffers() {
    return buffers;
  }
}
