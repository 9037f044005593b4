package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one lane computed, as segments; and the way of every value from the segment that made it to
 * those that use it.
 */
final class Tape {

  private final Step step;
  private final MicroBatch microBatch;
  private final int rank;
  private final List<Segment> segments = new ArrayList<>();
  private Segment running;
  private boolean raw;
  // Whether values in parts wait in the running segment; what needs them whole begins the next.
  private boolean split;
  private boolean sharing;
  private int collectives;
  private final List<SplitArray> lenders = new ArrayList<>();
  private long mostLent;
  // Where the arrays that were made here stand in memory.
  private final Set<Integer> places = new HashSet<>();
  private final Origin origin = new Origin();
  // Ranks that used other parameters until they meet have other layers' values to combine.
  private long way;

  Tape(Step step, MicroBatch microBatch, int rank) {
    this.step = step;
    this.microBatch = microBatch;
    this.rank = rank;
  }

  /** The segments so far, in the order of their forward. */
  List<Segment> segments() {
    return segments;
  }

  /** The segment that values are made in now. */
  Segment running() {
    return running;
  }

  /** The stage that runs now. */
  int stage() {
    return running == null ? 0 : running.stage;
  }

  /** Notes that the forward pass uses a parameter, which all ranks have to do in one order. */
  void pass(Parameter parameter) {
    way = 31 * way + System.identityHashCode(parameter);
  }

  /** Ends the running segment, if any, and begins the next. */
  void advance(int slot, int stage) {
    end();
    running = new Segment(slot, stage, microBatch.manager(stage));
    segments.add(running);
    split = false;
  }

  /** Stops the running segment's clock. */
  void end() {
    if (running != null) {
      running.forwardNanos = System.nanoTime() - running.begin;
    }
  }

  /** Notes a new array. */
  Birth made(PtNDArray array) {
    count(array);
    return origin.made() ? running.own : running.replicated;
  }

  private void count(PtNDArray array) {
    if (step.recording && !raw && isNew(array)) {
      keep(JniUtils.getShape(array).size() * JniUtils.getDataType(array).getNumOfBytes(), sharing);
    }
  }

  // What stands where another array stands is a view of it, or came after it.
  private boolean isNew(NDArray array) {
    return NativeArrays.isContiguous((PtNDArray) array)
        && places.add(NativeArrays.place((PtNDArray) array));
  }

  private void keep(long bytes, boolean share) {
    running.bytes += bytes;
    running.sharedBytes += share ? bytes : 0;
  }

  /** The handle of the tensor that stands for an array in the running segment. */
  Long resolve(PtNDArray array, Birth birth, Long handle) {
    origin.used(birth.own());
    if (raw) {
      return handle;
    }
    if (split && !sharing) {
      // Before the operation has any operand: all of them have to be of one segment.
      advance(running.slot, running.stage);
    }
    if (running == birth.segment()) {
      return handle;
    }
    NDArray here = running.imports.get(array);
    if (here == null) {
      here = rawly(() -> bring(array, birth.segment()));
      running.imports.put(array, here);
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
    NDArray value = Arrays.alias(latest, running.manager);
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
    NDArray leaf = Arrays.leaf(value, running.manager);
    from.exports.add(Export.toLeaf(value, Arrays.alias(leaf, from.manager)));
    if (step.recording && microBatch.index == 0 && rank == 0) {
      step.profile.crossed(from.slot, running.slot, Arrays.bytes(leaf));
    }
    return Entrance.of(leaf, running.manager);
  }

  /** Marks a value that leaves the model; its gradient will be given later. */
  Export leave(NDArray value) {
    NDArray alias = Arrays.alias(value, running.manager);
    if (!step.training || !rawly(() -> Arrays.carriesGradient(alias))) {
      return Export.constant(alias);
    }
    Export export = Export.toCaller(alias);
    running.exports.add(export);
    return export;
  }

  /** {@link Lane#exchange}. */
  NDArray[] exchange(String what, NDArray mine) {
    NDManager manager = running.manager;
    NDArray shown = mine == null ? null : rawly(() -> Arrays.detached(mine, manager));
    List<NDArray> all = microBatch.meeting.meet(rank, what, way, shown, ArrayList::new);
    return rawly(
        () ->
            all.stream()
                .map(array -> array == null ? null : Arrays.alias(array, manager))
                .toArray(NDArray[]::new));
  }

  /** {@link Lane#scattered}. */
  NDArray scattered(String what, NDArray mine, Share share, int axis) {
    NDManager manager = running.manager;
    List<NDArray> shares =
        microBatch.meeting.meet(
            rank,
            what,
            way,
            mine,
            all ->
                rawly(
                    () ->
                        IntStream.range(0, share.ranks())
                            .mapToObj(r -> share.slice((NDArray) all.get(0), axis, r).duplicate())
                            .toList()));
    NDArray part = rawly(() -> origin.own(() -> Arrays.alias(shares.get(rank), manager)));
    keep(rawly(() -> Arrays.bytes(part)), true);
    return part;
  }

  /** {@link Lane#collective}. */
  NDArray collective(
      String what, NDArray value, Function<List<NDArray>, NDArray> combine, Adjoint adjoint) {
    return deferred(what, value, combine, adjoint).get();
  }

  /** {@link Lane#deferred}. */
  Deferred deferred(
      String what, NDArray value, Function<List<NDArray>, NDArray> combine, Adjoint adjoint) {
    return deferred(what, value, combine, adjoint, false);
  }

  /** Gathers an array of which this rank has a part, until the ranks meet again. */
  Lent lend(SplitArray array, NDArray part) {
    List<NDArray> shares = new ArrayList<>();
    Deferred gather =
        deferred(
            "all-gather " + array.shape,
            part,
            slices -> {
              slices.forEach(slice -> shares.add(kept(slice)));
              return NDArrays.concat(new NDList(slices), array.axis);
            },
            Adjoint.reduceScatter(
                array.shape, gradient -> array.share.slice(gradient, array.axis, rank)),
            true);
    NDArray whole = gather.get();
    lenders.add(array);
    return new Lent(whole, shares);
  }

  private Deferred deferred(
      String what,
      NDArray value,
      Function<List<NDArray>, NDArray> combine,
      Adjoint adjoint,
      boolean lent) {
    NDArray mine = onShares(() -> Arrays.alias(value, running.manager));
    Segment source = running;
    int order = collectives++;
    split = true;
    return new Deferred(
        mine,
        () -> {
          lenders.forEach(SplitArray::takeBack);
          lenders.clear();
          if (running == source) {
            advance(source.slot, source.stage);
          }
          long begin = System.nanoTime();
          NDArray[] all = exchange(what, mine);
          NDArray result =
              rawly(
                  () ->
                      origin.same(() -> entered(source, order, mine, all, combine, adjoint, lent)));
          step.met(what, running.stage, rank, microBatch.index, begin, rawly(() -> others(all)));
          return result;
        });
  }

  private long others(NDArray[] all) {
    return Stream.of(all).mapToLong(Arrays::bytes).sum() - Arrays.bytes(all[rank]);
  }

  // Every rank computes the result for itself: in parallel, and free to be changed in place.
  private NDArray entered(
      Segment source,
      int order,
      NDArray mine,
      NDArray[] all,
      Function<List<NDArray>, NDArray> combine,
      Adjoint adjoint,
      boolean lent) {
    NDArray result = combine.apply(List.of(all));
    result.attach(running.manager);
    if (step.recording && isNew(result)) {
      long bytes = Arrays.bytes(result);
      // Of what is lent there is one at a time.
      keep(lent ? Math.max(0, bytes - mostLent) : bytes, sharing);
      mostLent = lent ? Math.max(bytes, mostLent) : mostLent;
    }
    if (!step.training || !Arrays.carriesGradient(mine)) {
      return result;
    }
    NDArray leaf =
        lent ? Entrance.without(result, running.manager) : Arrays.leaf(result, running.manager);
    Export export = Export.toCaller(mine);
    source.exports.add(export);
    source.collectives.add(
        new Collective(order, export, Arrays.alias(leaf, source.manager), adjoint));
    if (!lent) {
      return Entrance.of(leaf, running.manager);
    }
    NDArray value = Entrance.carrying(result, leaf, running.manager);
    places.add(NativeArrays.place((PtNDArray) value));
    return value;
  }

  /** Runs backward through the segments of a stage, last first. */
  void backward(int stage) {
    for (int i = segments.size() - 1; i >= 0; i--) {
      Segment segment = segments.get(i);
      if (segment.stage != stage) {
        continue;
      }
      step.checkFailure();
      segment.collectives.sort(Comparator.comparingInt(Collective::order).reversed());
      segment.collectives.forEach(c -> c.takeGradient(microBatch.returning, rank));
      long begin = System.nanoTime();
      NDList values = new NDList();
      NDList seeds = new NDList();
      for (Export export : segment.exports) {
        NDArray seed = export.seed();
        if (seed != null) {
          values.add(export.value);
          seeds.add(seed);
        }
      }
      Backward.run(values, seeds);
      if (step.recording) {
        // Timed with the candidate that they belong to.
        LinearCall.finish(segment.linearCalls);
        segment.linearCalls.clear();
      }
      segment.exports.forEach(Export::close);
      segment.exports.clear();
      segment.imports.clear();
      segment.backwardNanos = System.nanoTime() - begin;
    }
  }

  /** The linear layers of a stage whose weight gradients are still to be computed. */
  List<LinearCall> takeLinearCalls(int stage) {
    List<LinearCall> calls = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.stage == stage) {
        calls.addAll(segment.linearCalls);
        segment.linearCalls.clear();
      }
    }
    return calls;
  }

  /** A handle that lives as long as the step. */
  NDArray kept(NDArray array) {
    return rawly(() -> Arrays.alias(array, step.manager()));
  }

  /** Computes from shares, which stay in their segment. */
  <T> T onShares(Supplier<T> operation) {
    boolean outer = sharing;
    sharing = true;
    try {
      return operation.get();
    } finally {
      sharing = outer;
    }
  }

  /** Whether an array may be this rank's alone. */
  boolean isOwn(PtNDArray array) {
    return rawly(() -> origin.isOwn(array));
  }

  /** Follows which arrays are this rank's alone. */
  Origin origin() {
    return origin;
  }

  /**
   * Lets every sum that began in the running segment become shares: the next stage is elsewhere.
   */
  void scatter() {
    List.copyOf(running.sums).forEach(Parts.Sum::parts);
  }

  /** The runtime's own accesses see arrays as they are. */
  <T> T rawly(Supplier<T> access) {
    boolean outer = raw;
    raw = true;
    try {
      return access.get();
    } finally {
      raw = outer;
    }
  }
}
