package dev.geminijava.runtime.exec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Memory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;

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
  final Tape tape;

  private final Step step;
  private int candidates;
  private boolean ownDraws;
  private NDArray drawnAlone;
  private Map<Parameter, Split> splits = Collections.emptyMap();
  private final Map<NDArray, NDArray> parameters = new IdentityHashMap<>();

  Lane(Step step, MicroBatch microBatch, int rank) {
    this.step = step;
    this.microBatch = microBatch;
    this.rank = rank;
    tape = new Tape(step, microBatch, rank);
  }

  /** The lane that runs on this thread, or null outside a parallel forward pass. */
  public static Lane current() {
    return CURRENT.get();
  }

  /**
   * Called by every array at its creation: notes where it was made.
   *
   * @return where it was made, or null outside a parallel forward pass
   */
  public static Object birth(PtNDArray array) {
    Lane lane = CURRENT.get();
    if (lane == null) {
      return null;
    }
    return lane.tape.made(array);
  }

  /**
   * Called by every array for its native handle.
   *
   * @param birth what {@link #birth} answered for the array
   * @param handle the array's own handle
   * @return the handle of the tensor that stands for the array in the running segment
   */
  public static Long resolve(PtNDArray array, Object birth, Long handle) {
    Lane lane = CURRENT.get();
    if (lane == null || birth == null && lane.step.isShared) {
      return handle;
    }
    return birth == null
        ? lane.tape.resolveOutsider(array, handle)
        : lane.tape.resolve(array, (Birth) birth, handle);
  }

  /**
   * Called by every array for its manager: what is computed with an array belongs where it is used.
   *
   * @param birth what {@link #birth} answered for the array
   * @param manager the array's own manager
   */
  public static PtNDManager manager(Object birth, PtNDManager manager) {
    Lane lane = CURRENT.get();
    Segment home = lane == null || lane.step.isShared ? null : lane.tape.home((Birth) birth);
    return home == null ? manager : (PtNDManager) home.manager;
  }

  /**
   * Called by every array for its device.
   *
   * @param birth what {@link #birth} answered for the array
   * @param device the array's own device
   */
  public static Device device(Object birth, Device device) {
    Lane lane = CURRENT.get();
    Segment home = lane == null || lane.step.isShared ? null : lane.tape.home((Birth) birth);
    return home == null ? device : home.memory.device();
  }

  /** The position of this lane on the mesh's shard axis. */
  public int rank() {
    return rank;
  }

  /** The number of lanes that share this micro-batch. */
  public int ranks() {
    return step.mesh.shard();
  }

  /** Says something that the user should know; the same text is said once. */
  public void note(String text) {
    if (rank == 0) {
      step.note(text);
    }
  }

  /** Where arrays of the running stage belong. */
  public NDManager manager() {
    return tape.running().manager;
  }

  /** The running stage's handle on this rank's piece of a parameter. */
  public NDArray piece(NDArray piece) {
    return tape.origin().own(() -> known(piece));
  }

  /** The same for a parameter of several parts, whose shares are seen as one axis. */
  public NDArray piece(NDArray piece, Split.Along split) {
    NDArray joined = split.joined(piece(piece));
    parameters.put(joined, piece);
    return joined;
  }

  /** Makes something that is gone before anything else is made, and counts for no memory. */
  public <T> T passing(Supplier<T> maker) {
    return tape.rawly(maker);
  }

  /** Makes something that is this rank's alone, of values that all ranks have. */
  public <T> T own(Supplier<T> maker) {
    return tape.origin().own(maker);
  }

  /** The running stage's handle on a parameter, whose memory is no activation. */
  public NDArray handle(NDArray parameter) {
    return tape.origin().same(() -> known(parameter));
  }

  private NDArray known(NDArray parameter) {
    NDArray handle = tape.rawly(() -> Arrays.alias(parameter, manager()));
    parameters.put(handle, parameter);
    return handle;
  }

  /**
   * The running stage's handle on a table, of which each rank may use its own rows.
   *
   * @param rows gives this rank's piece of it
   */
  public NDArray table(NDArray parameter, Share share, Supplier<NDArray> rows) {
    NDArray handle =
        tape.rawly(
            () ->
                Arrays.kept(
                    new Table(this, (PtNDArray) parameter, share, () -> piece(rows.get())),
                    parameter,
                    manager()));
    parameters.put(handle, parameter);
    return handle;
  }

  /** A linear layer; the gradient of a weight that is a parameter is left for later. */
  public static PtNDArray linear(
      PtNDArray input, PtNDArray weight, PtNDArray bias, Supplier<PtNDArray> linear) {
    Lane lane = CURRENT.get();
    if (lane == null) {
      return linear.get();
    }
    boolean rounds = lane.rounds(input) && lane.rounds(weight);
    Supplier<PtNDArray> plain = rounds ? () -> Bfloat16.linear(input, weight, bias) : linear;
    if (!lane.step.training) {
      return plain.get();
    }
    Optional<SplitArray> shares =
        SplitArray.unsettled(input).filter(array -> array.axis() < array.shape.dimension() - 1);
    if (shares.isEmpty()) {
      SplitArray.settle(input);
      if (lane.step.microBatches().size() == 1) {
        return plain.get();
      }
    }
    NDArray known = lane.parameters.get(weight);
    NDArray knownBias = bias == null ? null : lane.parameters.get(bias);
    if (known == null || !lane.isTrained(known) || bias != null && knownBias == null) {
      return plain.get();
    }
    boolean trained = knownBias != null && lane.isTrained(knownBias);
    return LinearCall.forward(
        lane.tape, input, shares, weight, known, bias, trained ? knownBias : null, rounds);
  }

  /**
   * A product of matrices.
   *
   * @param operation multiplies two
   * @param product multiplies these two as they are
   */
  public static PtNDArray product(
      PtNDArray left,
      PtNDArray right,
      BinaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> product) {
    Lane lane = CURRENT.get();
    return lane != null && lane.rounds(left) && lane.rounds(right)
        ? Bfloat16.product(left, right, operation)
        : product.get();
  }

  /** Whether an array is rounded where it is a factor. */
  private boolean rounds(NDArray factor) {
    return step.precision == Precision.BF16 && factor.getDataType() == DataType.FLOAT32;
  }

  /** Called by the engine where it makes an array of nothing. */
  public static PtNDArray anew(Supplier<PtNDArray> maker) {
    Lane lane = CURRENT.get();
    if (lane != null) {
      lane.tape.origin().forget();
    }
    return maker.get();
  }

  private boolean isTrained(NDArray parameter) {
    return tape.rawly(parameter::hasGradient);
  }

  /** Where the ranks of the running stage have their arrays, in rank order. */
  public List<Memory> memories() {
    return step.mesh.memories(tape.stage());
  }

  /**
   * Whether values may be read without waiting for a device: the running stage computes in the
   * program's memory.
   */
  public boolean readsFreely() {
    return step.mesh.memory(tape.stage(), rank).equals(Memory.HOST);
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
    tape.pass(parameter);
    step.profile.uses(parameter, tape.running().slot);
  }

  /** A buffer that the forward pass updates in place: this lane's own copy of it. */
  public NDArray buffer(Parameter parameter) {
    return here(outside(() -> microBatch.buffer(parameter, tape.running(), rank)));
  }

  /** This rank's share of a buffer that the ranks update together. */
  public NDArray buffer(Parameter parameter, Split.Along split) {
    return here(outside(() -> microBatch.buffer(parameter, split, tape.running(), rank)));
  }

  /** A handle on what was made outside for this rank, and is in its memory. */
  private NDArray here(NDArray made) {
    return tape.rawly(() -> Arrays.alias(made, manager()));
  }

  /** How many of a convolution's groups belong to this rank. */
  public int groups(int groups) {
    return splits.values().stream()
        .filter(split -> groups > 1 && split instanceof Split.Along)
        .findFirst()
        .map(split -> Math.toIntExact(((Split.Along) split).share().of(groups, rank)))
        .orElse(groups);
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
    int stage = tape.stage();
    if (step.recording || step.isBoundary(stage, candidate)) {
      tape.scatter();
    }
    if (step.isBoundary(stage, candidate)) {
      tape.end();
      step.handOver(this, stage, candidate);
      tape.advance(candidate + 1, stage + 1);
    } else if (step.recording) {
      tape.advance(candidate + 1, stage);
    }
  }

  /**
   * Exchanges values with the other ranks: every rank shows one and gets all, outside the graph.
   *
   * @param what the operation and shape, the same on every rank
   */
  public NDArray[] exchange(String what, NDArray mine) {
    return tape.exchange(what, mine);
  }

  /**
   * A differentiable collective: the ranks' values are combined outside the graph, and the result
   * enters a new segment as a leaf.
   *
   * @param what the operation and shape, the same on every rank
   * @param value this rank's value
   * @param combine computes the result from the detached values, in rank order
   * @param adjoint makes this value's gradient of the gradients of all ranks' results
   */
  public NDArray collective(
      String what, NDArray value, Function<List<NDArray>, NDArray> combine, Adjoint adjoint) {
    return tape.collective(what, value, combine, adjoint);
  }

  /** A collective like {@link #collective} that takes place when its result is first used. */
  Deferred deferred(
      String what, NDArray value, Function<List<NDArray>, NDArray> combine, Adjoint adjoint) {
    return tape.deferred(what, value, combine, adjoint);
  }

  /** Whether sums over the ranks may stay shared out. */
  public boolean sharesSums() {
    return step.sharesSums;
  }

  /**
   * Rank 0's array in shares of an axis, outside the graph; it brings it, the others bring null.
   */
  public NDArray scattered(String what, NDArray mine, Share share, int axis) {
    return tape.scattered(what, mine, share, axis);
  }

  /** Sums an array of equal shape over the ranks. */
  public NDArray allReduce(NDArray partial) {
    return deferredSum(partial).get();
  }

  /** A sum over the ranks that takes place when it is first used. */
  Deferred deferredSum(NDArray partial) {
    return tape.sum(partial);
  }

  static NDArray sum(List<NDArray> partials) {
    NDArray sum = partials.get(0).add(partials.get(1));
    for (NDArray partial : partials.subList(2, partials.size())) {
      sum.addi(partial);
    }
    return sum;
  }

  @Override
  public void run() {
    CURRENT.set(this);
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setNumThreads(step.mesh.threadsPerRank());
    JniUtils.setGradMode(step.training);
    try {
      tape.advance(0, 0);
      NDList outputs = step.program.forward(microBatch.inputs(this), microBatch.labels(this));
      microBatch.leave(this, outputs);
      tape.end();
      step.finish(this);
    } catch (Throwable t) {
      step.fail(t, tape.stage(), microBatch.index, rank);
    } finally {
      JniUtils.setGradMode(gradMode);
      CURRENT.remove();
    }
  }
}
