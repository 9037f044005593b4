package dev.geminijava.runtime.exec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.NativeArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * An array whose last axis is shared out among the ranks, seen by the program as the whole array.
 * It is put together when something needs all of it. What a loss over a vocabulary does needs no
 * more than the parts (Megatron-LM's vocabulary-parallel cross-entropy, arXiv:1909.08053):
 *
 * <pre>
 *   logits (…, V)           every rank has (…, V/K)
 *   logSoftmax(-1)          the largest logit and the sum of exponentials meet: 2 arrays (…, 1)
 *   get(…, pick(labels))    the rank that has a label gives its value, the others zero: 1 array (…)
 * </pre>
 *
 * <p>In a lane the rank's own part is at hand and ranks meet in collectives; outside of all lanes,
 * where a program sees the model's outputs, all parts are.
 */
public final class SplitArray extends PtNDArray {

  private final Lane lane;
  private final Share share;
  private final Shape shape;
  private final List<NDArray> parts;
  // Subtracted from every part; of size one along the last axis, or null.
  private final NDArray offset;
  private final Supplier<NDArray> join;
  private NDArray joined;
  private NDArray whole;
  private boolean derived;

  private SplitArray(
      Lane lane,
      Share share,
      Shape shape,
      List<NDArray> parts,
      NDArray offset,
      NDManager manager,
      Supplier<NDArray> join) {
    super((PtNDManager) manager, NativeArrays.placeholder());
    this.lane = lane;
    this.share = share;
    this.shape = shape;
    this.parts = List.copyOf(parts);
    this.offset = offset;
    this.join = join;
  }

  /**
   * What all ranks' parts make up, seen from one of them.
   *
   * @param part this rank's share of the last axis
   */
  public static SplitArray of(Lane lane, NDArray part, Share share) {
    int axis = part.getShape().dimension() - 1;
    long size = share.whole(part.getShape().get(axis), lane.rank());
    long begin = share.begin(size, lane.rank());
    long end = share.begin(size, lane.rank() + 1);
    Shape shape = part.getShape().slice(0, axis).add(size);
    NDManager manager = part.getManager();
    Deferred gather =
        lane.deferred(
            "all-gather " + shape,
            part,
            slices -> NDArrays.concat(new NDList(slices), axis),
            gradient -> gradient.get(new NDIndex("...,{}:{}", begin, end)));
    return new SplitArray(lane, share, shape, List.of(gather.mine()), null, manager, gather);
  }

  /**
   * A matrix of which every rank has all and, beside it, its own columns.
   *
   * @param columns this rank's share of the columns
   * @param all gives the whole matrix
   */
  static SplitArray of(Lane lane, NDArray columns, Share share, Supplier<NDArray> all) {
    long size = share.whole(columns.getShape().get(1), lane.rank());
    Shape shape = new Shape(columns.getShape().get(0), size);
    return new SplitArray(lane, share, shape, List.of(columns), null, columns.getManager(), all);
  }

  /** What parts make up, all of which are at hand. */
  public static SplitArray of(List<NDArray> parts, Share share, NDManager manager) {
    int axis = parts.get(0).getShape().dimension() - 1;
    long size = parts.stream().mapToLong(part -> part.getShape().get(axis)).sum();
    Shape shape = parts.get(0).getShape().slice(0, axis).add(size);
    return new SplitArray(
        null, share, shape, parts, null, manager, () -> NDArrays.concat(new NDList(parts), axis));
  }

  /** The array as one that is still in parts, if it is. */
  public static Optional<SplitArray> unsettled(NDArray array) {
    return array instanceof SplitArray split && split.whole == null
        ? Optional.of(split)
        : Optional.empty();
  }

  /** Puts the array together; ranks that take different ways afterwards do so with all of it. */
  public static void settle(NDArray array) {
    if (array instanceof SplitArray split) {
      split.whole();
    }
  }

  /** How the last axis is shared out. */
  public Share share() {
    return share;
  }

  /** The parts at hand, in rank order. */
  public List<NDArray> parts() {
    return offset == null ? parts : parts.stream().map(part -> part.sub(offset)).toList();
  }

  private NDArray whole() {
    if (whole == null) {
      // The program may change it in place, which what was derived from it must not see.
      whole = derived ? joined().duplicate() : joined();
    }
    return whole;
  }

  private NDArray joined() {
    if (joined == null) {
      joined = join.get();
    }
    return joined;
  }

  private SplitArray derived(
      Shape shape, List<NDArray> parts, NDArray offset, Supplier<NDArray> join) {
    derived = true;
    return new SplitArray(lane, share, shape, parts, offset, getManager(), join);
  }

  private boolean isLast(int axis) {
    return Math.floorMod(axis, shape.dimension()) == shape.dimension() - 1;
  }

  private long features() {
    return shape.get(shape.dimension() - 1);
  }

  /** The first index of the i-th part at hand. */
  private long begin(int i) {
    return share.begin(features(), lane == null ? i : lane.rank());
  }

  private NDArray sum(List<NDArray> partials) {
    NDArray mine = partials.stream().reduce(NDArray::add).orElseThrow();
    return lane == null ? mine : lane.allReduce(mine);
  }

  private NDArray largest() {
    int[] last = {-1};
    BinaryOperator<NDArray> larger = NDArrays::maximum;
    NDArray mine =
        parts.stream()
            .map(part -> part.stopGradient().max(last, true))
            .reduce(larger)
            .orElseThrow();
    return lane == null
        ? mine
        : Arrays.stream(lane.exchange("the largest of " + shape, mine))
            .reduce(larger)
            .orElseThrow();
  }

  /** The logarithm of the sum of the exponentials along the last axis, {@code (…, 1)}. */
  private NDArray logSumExp() {
    NDArray largest = largest();
    int[] last = {-1};
    List<NDArray> sums = new ArrayList<>();
    for (NDArray part : parts) {
      // The graph keeps what backward needs.
      try (NDArray lower = part.sub(largest);
          NDArray exponentials = lower.exp()) {
        sums.add(exponentials.sum(last, true));
      }
    }
    return sum(sums).log().add(largest);
  }

  @Override
  public PtNDArray logSoftmax(int axis) {
    // Nothing changes what is normalised already.
    if (whole != null || !isLast(axis) || offset != null) {
      return super.logSoftmax(axis);
    }
    NDArray normaliser = logSumExp();
    return derived(shape, parts, normaliser, () -> joined().sub(normaliser));
  }

  @Override
  public PtNDArray softmax(int axis) {
    if (whole != null || !isLast(axis) || offset != null) {
      return super.softmax(axis);
    }
    NDArray normaliser = logSumExp();
    List<NDArray> shares = parts.stream().map(part -> part.sub(normaliser).exp()).toList();
    return derived(shape, shares, null, () -> joined().sub(normaliser).exp());
  }

  @Override
  public NDArray get(NDManager manager, NDIndex index) {
    Optional<NDIndexFullPick> pick =
        whole == null ? NDIndexFullPick.fromIndex(index, shape) : Optional.empty();
    if (pick.isEmpty() || !isLast(pick.get().getAxis())) {
      return super.get(manager, index);
    }
    NDArray ids = pick.get().getIndices();
    return areInside(ids)
        ? picked(
            ids,
            (array, local) ->
                array.get(new NDIndex().addAllDim(shape.dimension() - 1).addPickDim(local)))
        : super.get(manager, index);
  }

  @Override
  public NDArray gather(NDArray index, int axis) {
    return whole != null || !isLast(axis) || !areInside(index)
        ? super.gather(index, axis)
        : picked(index, (array, ids) -> array.gather(ids, axis));
  }

  /** What is not, the engine refuses in its own words. */
  private boolean areInside(NDArray index) {
    if (index.size() == 0) {
      return true;
    }
    NDArray ids = index.toType(DataType.INT64, false);
    return ids.min().getLong() >= 0 && ids.max().getLong() < features();
  }

  private NDArray picked(NDArray index, BinaryOperator<NDArray> pick) {
    NDArray ids = index.toType(DataType.INT64, false);
    List<NDArray> partials = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NDArray part = parts.get(i);
      long count = part.getShape().get(shape.dimension() - 1);
      NDArray local = ids.sub(begin(i));
      NDArray value = pick.apply(part, local.clip(0, count - 1));
      NDArray here = local.gte(0).logicalAnd(local.lt(count)).reshape(value.getShape());
      partials.add(NDArrays.where(here, value, value.zerosLike()));
    }
    NDArray values = sum(partials);
    return offset == null ? values : values.sub(pick.apply(offset, ids.zerosLike()));
  }

  @Override
  public PtNDArray reshape(Shape to) {
    long inferred = to.dimension() == 0 ? 0 : to.get(to.dimension() - 1);
    boolean keepsLast = whole == null && inferred == features();
    if (!keepsLast) {
      return super.reshape(to);
    }
    Shape lead = to.slice(0, to.dimension() - 1);
    List<NDArray> shaped =
        parts.stream()
            .map(part -> part.reshape(lead.add(part.getShape().get(shape.dimension() - 1))))
            .toList();
    NDArray off = offset == null ? null : offset.reshape(lead.add(1));
    long rows = shape.size() / features();
    long[] sizes = lead.getShape();
    long known = Arrays.stream(sizes).filter(s -> s >= 0).reduce(1, (a, b) -> a * b);
    Shape filled =
        new Shape(Arrays.stream(sizes).map(s -> s >= 0 ? s : rows / known).toArray())
            .add(features());
    return derived(filled, shaped, off, () -> joined().reshape(to));
  }

  /** What an operation on single elements makes, if the parts suffice for it. */
  private Optional<PtNDArray> each(NDArray other, BinaryOperator<NDArray> operation) {
    Shape others = other.getShape();
    int dimensions = others.dimension();
    boolean fits =
        whole == null
            && !(other instanceof SplitArray)
            && dimensions <= shape.dimension()
            && (dimensions == 0 || other.getDataType() == getDataType())
            && broadcasts(others);
    if (!fits) {
      return Optional.empty();
    }
    boolean meets = dimensions > 0 && others.get(dimensions - 1) > 1;
    NDList slices = meets ? other.split(share.cuts(features()), dimensions - 1) : new NDList(other);
    List<NDArray> own = parts();
    List<NDArray> results = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      int rank = lane == null ? i : lane.rank();
      results.add(operation.apply(own.get(i), slices.get(meets ? rank : 0)));
    }
    return Optional.of(again(results));
  }

  private SplitArray again(List<NDArray> results) {
    return lane == null ? of(results, share, getManager()) : of(lane, results.get(0), share);
  }

  /**
   * A product with this array, a matrix, on its right.
   *
   * @param left {@code (…, m)}, which all ranks have
   * @return the product if the parts suffice for it
   */
  public Optional<PtNDArray> productAfter(NDArray left) {
    return whole == null
            && lane != null
            && shape.dimension() == 2
            && left.getShape().dimension() > 1
        ? Optional.of(again(List.of(left.matMul(parts().get(0)))))
        : Optional.empty();
  }

  @Override
  public PtNDArray add(NDArray other) {
    return each(other, NDArray::add).orElseGet(() -> super.add(other));
  }

  @Override
  public PtNDArray sub(NDArray other) {
    return each(other, NDArray::sub).orElseGet(() -> super.sub(other));
  }

  @Override
  public PtNDArray mul(NDArray other) {
    return each(other, NDArray::mul).orElseGet(() -> super.mul(other));
  }

  @Override
  public PtNDArray div(NDArray other) {
    return each(other, NDArray::div).orElseGet(() -> super.div(other));
  }

  private boolean broadcasts(Shape other) {
    int shift = shape.dimension() - other.dimension();
    return IntStream.range(0, other.dimension())
        .allMatch(a -> other.get(a) == 1 || other.get(a) == shape.get(a + shift));
  }

  @Override
  public PtNDArray sum(int[] axes, boolean keepDims) {
    return whole == null && Arrays.stream(axes).anyMatch(this::isLast)
        ? (PtNDArray) sum(parts().stream().map(part -> part.sum(axes, keepDims)).toList())
        : super.sum(axes, keepDims);
  }

  @Override
  public PtNDArray argMax(int axis) {
    if (whole != null || lane != null || !isLast(axis)) {
      return super.argMax(axis);
    }
    int[] last = {-1};
    NDArray largest = parts.get(0).max(last);
    NDArray at = parts.get(0).argMax(-1);
    for (int i = 1; i < parts.size(); i++) {
      NDArray next = parts.get(i).max(last);
      at = NDArrays.where(next.gt(largest), parts.get(i).argMax(-1).add(begin(i)), at);
      largest = NDArrays.maximum(largest, next);
    }
    return (PtNDArray) at;
  }

  @Override
  public Long getHandle() {
    // Null while this array is being made.
    return parts == null || isReleased() ? super.getHandle() : ((PtNDArray) whole()).getHandle();
  }

  @Override
  public Shape getShape() {
    return shape;
  }

  @Override
  public DataType getDataType() {
    return parts.get(0).getDataType();
  }

  @Override
  public Device getDevice() {
    return parts.get(0).getDevice();
  }

  @Override
  public SparseFormat getSparseFormat() {
    return SparseFormat.DENSE;
  }

  @Override
  public void attach(NDManager manager) {
    super.attach(manager);
    if (lane == null) {
      parts.forEach(part -> part.attach(manager));
      if (whole != null) {
        whole.attach(manager);
      }
    }
  }

  @Override
  public void detach() {
    super.detach();
    if (lane == null) {
      parts.forEach(NDArray::detach);
      if (whole != null) {
        whole.detach();
      }
    }
  }

  @Override
  public void close() {
    super.close();
    if (lane == null) {
      parts.forEach(NDArray::close);
      if (whole != null) {
        whole.close();
      }
    }
  }
}
