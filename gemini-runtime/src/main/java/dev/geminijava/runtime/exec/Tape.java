package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.device.Memory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What one lane computed, as segments; and the way of every value from the segment that made it to
 * those that use it.
 */
final class Tape {

  private final Step step;
  private final MicroBatch microBatch;
  private final int rank;
  private final Peers peers;
  private final List<Segment> segments = new ArrayList<>();
  private Segment running;
  private boolean raw;
  // Whether values in parts wait in the running segment; what needs them whole begins the next.
  private boolean split;
  private boolean sharing;
  private int collectives;
  // Bytes of the others' that went into a collective's result.
  private long received;
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
    this.peers = new Peers(step, microBatch, rank);
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
    Memory memory = step.mesh.memory(stage, rank);
    running =
        new Segment(
            slot, stage, microBatch.manager(stage, rank), memory, step.transport.mark(memory));
    segments.add(running);
    split = false;
  }

  /** Stops the running segment's clock. */
  void end() {
    if (running != null) {
      running.ready = step.transport.mark(running.memory);
    }
  }

  /** Notes a new array. */
  Birth made(PtNDArray array) {
    if (step.recording && !raw) {
      // It does not know yet where it was made.
      rawly(
          () -> {
            count(array);
            return null;
          });
    }
    return origin.made() ? running.own : running.replicated;
  }

  private void count(PtNDArray array) {
    if (isNew(array)) {
      keep(Arrays.bytes(JniUtils.getShape(array), JniUtils.getDataType(array)), sharing);
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
      here = origin.aside(() -> rawly(() -> bring(array, birth.segment())));
      running.imports.put(array, here);
    }
    return here == array ? handle : ((PtNDArray) here).getHandle();
  }

  /** The same for an array that no lane made; where it is, it may have a gradient. */
  Long resolveOutsider(PtNDArray array, Long handle) {
    if (running == null || raw) {
      return handle;
    }
    NDArray here = running.imports.get(array);
    if (here == null) {
      here = origin.aside(() -> rawly(() -> broughtFromOutside(array)));
      running.imports.put(array, here);
    }
    return here == array ? handle : ((PtNDArray) here).getHandle();
  }

  private NDArray broughtFromOutside(NDArray array) {
    return Memory.of(array.getDevice()).equals(running.memory)
        ? array
        : Transport.copy(array, running.memory, running.manager);
  }

  /** Where what is computed with an array of a segment belongs. */
  Segment home(Birth birth) {
    return raw || running == null || birth != null && birth.segment().memory.equals(running.memory)
        ? null
        : running;
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
    boolean here = from.memory.equals(running.memory);
    if (!step.training || !Arrays.carriesGradient(value)) {
      if (here) {
        value.close();
        return array;
      }
      value.attach(from.manager);
      return brought(value, from);
    }
    if (!segments.contains(from)) {
      throw new IllegalStateException(
          "micro-batch "
              + microBatch.index
              + " uses a value that another micro-batch or rank computed; a forward pass must not"
              + " keep values in fields between calls");
    }
    value.attach(from.manager);
    NDArray leaf = Arrays.leaf(here ? value : brought(value, from), running.manager);
    from.exports.add(Export.toLeaf(value, Arrays.alias(leaf, from.manager), running));
    if (step.recording && microBatch.index == 0 && rank == 0) {
      step.profile.crossed(from.slot, running.slot, Arrays.bytes(leaf));
    }
    return Entrance.of(leaf, running.manager);
  }

  /** What a segment made, in the running one's memory. */
  private NDArray brought(NDArray value, Segment from) {
    // Another lane's segment may still run.
    Event ready = from.ready == null ? step.transport.mark(from.memory) : from.ready;
    return step.transport
        .send(
            value,
            new Transport.Place(from.memory, ready, from.stage, rank, microBatch.index),
            running.memory,
            running.manager)
        .here(microBatch.departures(from.stage));
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
    return exchange(what, mine, shown -> shown);
  }

  /**
   * The same.
   *
   * @param wanted what this rank takes of what each shows
   */
  private NDArray[] exchange(String what, NDArray mine, UnaryOperator<NDArray> wanted) {
    NDManager manager = running.manager;
    NDArray shown = mine == null ? null : rawly(() -> Arrays.detached(mine, manager));
    Shown here = peers.show(shown, running);
    List<Shown> all = microBatch.meeting.meet(rank, what, way, here, ArrayList::new);
    return rawly(
        () ->
            all.stream()
                .map(one -> one.array() == null ? null : peers.see(one.part(wanted), here).array())
                .toArray(NDArray[]::new));
  }

  /** What the ranks' values make together; copies of the others' are released. */
  private NDArray combined(
      String what,
      NDArray mine,
      UnaryOperator<NDArray> wanted,
      Function<List<NDArray>, NDArray> combine) {
    NDArray[] all = exchange(what, mine, wanted);
    NDArray result = combine.apply(List.of(all));
    result.attach(running.manager);
    for (int r = 0; r < all.length; r++) {
      if (r != rank) {
        received += Arrays.bytes(all[r]);
        all[r].close();
      }
    }
    return result;
  }

  /** A sum over the ranks that takes place when it is first used. */
  Deferred sum(NDArray partial) {
    Shape shape = partial.getShape();
    List<Memory> memories = step.mesh.memories(stage());
    if (memories.stream().distinct().count() == 1) {
      String what = "all-reduce " + shape;
      return deferred(what, partial, Lane::sum, Adjoint.allReduce(what));
    }
    boolean few = shape.size() < memories.size();
    if (few || !step.transport.sumsInShares(Arrays.bytes(shape, partial.getDataType()), memories)) {
      String what = "all-reduce " + shape + ", in one step";
      return deferred(what, partial, Lane::sum, Adjoint.allReduce(what));
    }
    String what = "all-reduce " + shape + ", in shares";
    Share share = new Share(shape.size(), memories.size());
    return deferred(
        what,
        partial,
        mine -> {
          NDArray sum = combined(what, flat(mine), all -> share.slice(all, 0, rank), Lane::sum);
          return combined(what, sum, all -> all, Tape::joined).reshape(shape);
        },
        Adjoint.allReduceInShares(what, share),
        false);
  }

  private static NDArray flat(NDArray array) {
    return array.reshape(array.size());
  }

  private static NDArray joined(List<NDArray> parts) {
    return NDArrays.concat(new NDList(parts));
  }

  /** Sums of which every rank has its share of an axis, when they are first used. */
  Deferred scatteredSum(NDArray partial, Share share, int axis) {
    Shape shape = partial.getShape();
    String what = "reduce-scatter " + shape;
    return deferred(
        what,
        partial,
        mine -> combined(what, mine, all -> share.slice(all, axis, rank), Lane::sum),
        Adjoint.allGather(shape, share, axis),
        false);
  }

  /** {@link Lane#scattered}. */
  NDArray scattered(String what, NDArray mine, Share share, int axis) {
    Shown here = peers.show(mine, running);
    List<Shown> shares =
        microBatch.meeting.meet(
            rank,
            what,
            way,
            here,
            all ->
                rawly(
                    () ->
                        IntStream.range(0, share.ranks())
                            .mapToObj(r -> share.slice(all.get(0).array(), axis, r).duplicate())
                            .map(slice -> peers.again(all.get(0), slice))
                            .toList()));
    NDArray part = rawly(() -> origin.own(() -> peers.see(shares.get(rank), here).array()));
    if (step.recording && rawly(() -> isNew(part))) {
      keep(rawly(() -> Arrays.bytes(part)), true);
    }
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
    return deferred(what, value, mine -> combined(what, mine, all -> all, combine), adjoint, false);
  }

  /** Gathers an array of which this rank has a part, until the ranks meet again. */
  Lent lend(SplitArray array, NDArray part) {
    List<NDArray> shares = new ArrayList<>();
    String what = "all-gather " + array.shape;
    Deferred gather =
        deferred(
            what,
            part,
            mine ->
                combined(
                    what,
                    mine,
                    all -> all,
                    slices -> {
                      slices.forEach(slice -> shares.add(kept(slice)));
                      return NDArrays.concat(new NDList(slices), array.axis);
                    }),
            Adjoint.reduceScatter(
                array.shape, gradient -> array.share.slice(gradient, array.axis, rank)),
            true);
    NDArray whole = gather.get();
    lenders.add(array);
    return new Lent(whole, shares);
  }

  /**
   * A collective that takes place when its result is first used.
   *
   * @param meet makes the result of this rank's value, together with the other ranks
   */
  private Deferred deferred(
      String what, NDArray value, UnaryOperator<NDArray> meet, Adjoint adjoint, boolean lent) {
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
          Event begin = step.transport.mark(running.memory);
          received = 0;
          NDArray result =
              rawly(() -> origin.same(() -> entered(source, order, mine, meet, adjoint, lent)));
          step.met(what, running.stage, rank, microBatch.index, begin, received);
          return result;
        });
  }

  // Every rank computes the result for itself: in parallel, and free to be changed in place.
  private NDArray entered(
      Segment source,
      int order,
      NDArray mine,
      UnaryOperator<NDArray> meet,
      Adjoint adjoint,
      boolean lent) {
    NDArray result = meet.apply(mine);
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
    if (step.recording) {
      // Views of it are no more memory.
      places.add(NativeArrays.place((PtNDArray) value));
    }
    return value;
  }

  /** Runs backward through the segments of a stage, last first. */
  void backward(int stage) {
    BackwardPass pass = new BackwardPass(step, microBatch, rank, peers);
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).stage == stage) {
        pass.run(segments.get(i));
      }
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

  /** The same outside the graph; DJL can do this with types, too, that it has no name for. */
  NDArray keptOutside(NDArray array) {
    return rawly(() -> Arrays.detached(array, step.manager()));
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
