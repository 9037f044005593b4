package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One shard rank of one micro-batch, on its way through the program's own forward code on a thread
 * of its own.
 *
 * <pre>
 *              stage 0            stage 1
 *   rank 0  ──▶ forward ──| cut |──▶ forward ──▶ outputs
 *                  ║ all-reduce         ║
 *   rank 1  ──▶ forward ──| cut |──▶ forward ──▶ (dropped: equal to rank 0's)
 * </pre>
 *
 * <p>At an active cut the lane hands over and sleeps until the next stage's worker resumes it, so
 * any control flow of the program works. A value that was made in an earlier {@link Segment} and is
 * used in a later one is fetched on that first use; DJL's arrays ask {@link #resolve} for their
 * handle.
 */
public final class Lane implements Runnable {

  private static final ThreadLocal<Lane> CURRENT = new ThreadLocal<>();

  final MicroBatch microBatch;
  final int rank;
  final List<Segment> segments = new ArrayList<>();

  private final Step step;
  private Segment segment;
  private int candidates;
  private boolean raw;
  private boolean ownDraws;
  private NDArray drawnAlone;
  private Map<Parameter, Split> splits = Collections.emptyMap();

  Lane(Step step, MicroBatch microBatch, int rank) {
    this.step = step;
    this.microBatch = microBatch;
    this.rank = rank;
  }

  /** The lane that runs on this thread, or null outside a parallel forward pass. */
  public static Lane current() {
    return CURRENT.get();
  }

  /**
   * Called by every array at its creation: notes where it was made.
   *
   * @return the running segment, or null outside a parallel forward pass
   */
  public static Object birth(PtNDArray array) {
    Lane lane = CURRENT.get();
    if (lane == null) {
      return null;
    }
    if (lane.step.recording && !lane.raw) {
      lane.segment.bytes +=
          JniUtils.getShape(array).size() * JniUtils.getDataType(array).getNumOfBytes();
    }
    return lane.segment;
  }

  /**
   * Called by every array for its native handle.
   *
   * @param birth what {@link #birth} answered for the array
   * @param handle the array's own handle
   * @return the handle of the tensor that stands for the array in the running segment
   */
  public static Long resolve(PtNDArray array, Object birth, Long handle) {
    if (birth == null) {
      return handle;
    }
    Lane lane = CURRENT.get();
    if (lane == null || lane.segment == birth || lane.raw) {
      return handle;
    }
    return lane.fetch(array, (Segment) birth, handle);
  }

  /** The position of this lane on the mesh's shard axis. */
  public int rank() {
    return rank;
  }

  /** The number of lanes that share this micro-batch. */
  public int ranks() {
    return step.mesh.shard();
  }

  /** True if gradients are collected. */
  public boolean training() {
    return step.training;
  }

  /** Where arrays of the running stage belong. */
  public NDManager manager() {
    return segment.manager;
  }

  /** The running stage's handle on a parameter, whose memory is no activation. */
  public NDArray handle(NDArray parameter) {
    return rawly(() -> Arrays.alias(parameter, segment.manager));
  }

  /** How the running layer's parameters are split, if it was called through a shard group. */
  public Split split(Parameter parameter) {
    return splits.get(parameter);
  }

  /** True if random layers draw for this rank alone. */
  public boolean ownDraws() {
    return ownDraws;
  }

  /** Notes that the running stage uses a parameter. */
  public void uses(Parameter parameter) {
    step.profile.uses(parameter, segment.slot);
  }

  /** A buffer that the forward pass updates in place: this lane's own copy of it. */
  public NDArray buffer(Parameter parameter) {
    return microBatch.buffer(parameter, rank);
  }

  /**
   * Runs a layer with its parameters split.
   *
   * @param splits how each of the layer's parameters is split
   * @param own whether random layers draw for this rank alone
   */
  public NDList within(Map<Parameter, Split> splits, boolean own, Supplier<NDList> call) {
    Map<Parameter, Split> outer = this.splits;
    this.splits = splits;
    try {
      return own ? alone(call) : call.get();
    } finally {
      this.splits = outer;
    }
  }

  /** True in a trial run, in which nothing is dropped. */
  public boolean isTrial() {
    return step.isTrial();
  }

  /** The next random operation on this array draws for this rank alone. */
  public void drawAloneFor(NDArray slice) {
    drawnAlone = slice;
  }

  /** True if random layers, or operations on this array, draw for this rank alone. */
  public boolean ownDraws(NDArray array) {
    return ownDraws || drawnAlone == array;
  }

  /** Notes that the program draws random numbers in its forward pass. */
  public void wouldDraw() {
    step.draws = true;
  }

  /** Draws random numbers for this rank alone. */
  public <T> T alone(Supplier<T> draw) {
    boolean outer = ownDraws;
    ownDraws = true;
    try {
      return draw.get();
    } finally {
      ownDraws = outer;
    }
  }

  /**
   * Called by DJL's blocks around the initialisation that a first forward does: other ranks wait
   * for it, and what it makes belongs to no batch.
   */
  public static void once(Object block, Runnable initialization) {
    synchronized (block) {
      outside(
          () -> {
            initialization.run();
            return null;
          });
    }
  }

  /** Makes something that outlives the running batch. */
  public static <T> T outside(Supplier<T> maker) {
    Lane lane = CURRENT.get();
    CURRENT.remove();
    try {
      return maker.get();
    } finally {
      if (lane != null) {
        CURRENT.set(lane);
      }
    }
  }

  /** Passes a candidate cut: hands over to the next stage if the plan cuts here. */
  public void cut() {
    int candidate = candidates++;
    boolean handOver = step.isBoundary(segment.stage, candidate);
    if (handOver) {
      close(segment);
      step.handOver(this, segment.stage, candidate);
      open(candidate + 1, segment.stage + 1);
    } else if (step.recording) {
      close(segment);
      open(candidate + 1, segment.stage);
    }
  }

  /**
   * Exchanges values with the other ranks: every rank shows one and gets all, outside the graph.
   *
   * @param what the operation and shape, the same on every rank
   */
  public NDArray[] exchange(String what, NDArray mine) {
    NDArray shown = mine == null ? null : rawly(() -> Arrays.detached(mine, segment.manager));
    List<NDArray> all = microBatch.meeting.meet(rank, what, shown, ArrayList::new);
    return rawly(
        () ->
            all.stream()
                .map(array -> array == null ? null : Arrays.alias(array, segment.manager))
                .toArray(NDArray[]::new));
  }

  /**
   * A differentiable collective: the ranks' values are combined outside the graph, and the result
   * enters a new segment as a leaf.
   *
   * @param what the operation and shape, the same on every rank
   * @param value this rank's value
   * @param combine computes the result from the detached values, in rank order
   * @param part takes this rank's part of the result's gradient
   */
  public NDArray collective(
      String what,
      NDArray value,
      Function<List<NDArray>, NDArray> combine,
      UnaryOperator<NDArray> part) {
    NDArray mine = Arrays.alias(value, segment.manager);
    boolean differentiable = rawly(() -> step.training && Arrays.carriesGradient(mine));
    NDArray[] all = exchange(what, mine);
    Segment source = segment;
    close(source);
    open(source.slot, source.stage);
    // Every rank computes the result for itself: in parallel, and free to be changed in place.
    NDArray result =
        rawly(
            () -> {
              NDArray combined = combine.apply(List.of(all));
              combined.attach(segment.manager);
              return combined;
            });
    if (!differentiable) {
      return result;
    }
    NDArray leaf = rawly(() -> Arrays.leaf(result, segment.manager));
    Export export = Export.toCaller(mine);
    source.exports.add(export);
    source.collective =
        new Collective(export, rawly(() -> Arrays.alias(leaf, source.manager)), part);
    return rawly(() -> Entrance.of(leaf, segment.manager));
  }

  @Override
  public void run() {
    CURRENT.set(this);
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setNumThreads(step.mesh.threadsPerRank());
    JniUtils.setGradMode(step.training);
    try {
      open(0, 0);
      NDList outputs = step.program.forward(microBatch.inputs(rank), microBatch.labels(rank));
      if (rank == 0) {
        microBatch.leave(this, outputs);
      }
      close(segment);
      step.finish(this, segment.stage);
    } catch (Throwable t) {
      step.fail(t, segment == null ? 0 : segment.stage, microBatch.index, rank);
    } finally {
      JniUtils.setGradMode(gradMode);
      CURRENT.remove();
    }
  }

  /** Marks a value that leaves the model; its gradient will be given later. */
  Export leave(NDArray value) {
    NDArray alias = Arrays.alias(value, segment.manager);
    if (!step.training || !rawly(() -> Arrays.carriesGradient(alias))) {
      return Export.constant(alias);
    }
    Export export = Export.toCaller(alias);
    segment.exports.add(export);
    return export;
  }

  private Long fetch(PtNDArray array, Segment from, Long handle) {
    NDArray here = segment.imports.get(array);
    if (here == null) {
      here = rawly(() -> bring(array, from));
      segment.imports.put(array, here);
    }
    return here == array ? handle : ((PtNDArray) here).getHandle();
  }

  private NDArray bring(PtNDArray array, Segment birth) {
    Segment from = birth;
    NDArray latest = array;
    for (int i = segments.size() - 2; i >= 0 && segments.get(i) != birth; i--) {
      // What a later segment used, it may have changed in place: go on from there.
      NDArray imported = segments.get(i).imports.get(array);
      if (imported != null) {
        from = segments.get(i);
        latest = imported;
        break;
      }
    }
    NDArray value = Arrays.alias(latest, segment.manager);
    if (!step.training || !Arrays.carriesGradient(value)) {
      value.close();
      return array;
    }
    if (!segments.contains(from)) {
      throw new IllegalStateException(
          "micro-batch "
              + microBatch.index
              + " uses a value that another micro-batch or rank computed; a forward pass must not"
              + " keep values in fields between calls");
    }
    value.attach(from.manager);
    NDArray leaf = Arrays.leaf(value, segment.manager);
    from.exports.add(Export.toLeaf(value, Arrays.alias(leaf, from.manager), g -> g));
    step.profile.crossed(from.slot, segment.slot, Arrays.bytes(leaf));
    return Entrance.of(leaf, segment.manager);
  }

  private void open(int slot, int stage) {
    segment = new Segment(slot, stage, microBatch.manager(stage));
    segments.add(segment);
  }

  private static void close(Segment segment) {
    segment.forwardNanos = System.nanoTime() - segment.begin;
  }

  // The runtime's own accesses see arrays as they are.
  private <T> T rawly(Supplier<T> access) {
    boolean outer = raw;
    raw = true;
    try {
      return access.get();
    } finally {
      raw = outer;
    }
  }
}
