package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An array whose last axis is shared out among the ranks. What a loss over a vocabulary does needs
 * no more than the parts (Megatron-LM's vocabulary-parallel cross-entropy, arXiv:1909.08053):
 *
 * <pre>
 *   logits (…, V)           every rank has (…, V/K)
 *   logSoftmax(-1)          the largest logit and the sum of exponentials meet: 2 arrays (…, 1)
 *   get(…, pick(labels))    the rank that has a label gives its value, the others zero: 1 array (…)
 * </pre>
 */
final class Scores extends SplitArray {

  // Subtracted from every part; of size one along the last axis, or null.
  private final NDArray offset;

  Scores(
      Lane lane,
      Share share,
      Shape shape,
      Parts parts,
      NDArray offset,
      NDArray like,
      NDManager manager) {
    super(lane, share, shape.dimension() - 1, shape, parts, like, manager);
    this.offset = offset;
    if (lane == null && offset != null) {
      NDScope.unregister(offset);
    }
  }

  /**
   * A matrix of which every rank has all and, beside it, its own columns.
   *
   * @param columns this rank's share of the columns
   * @param all gives the whole matrix
   */
  static Scores of(Lane lane, NDArray columns, Share share, Supplier<NDArray> all) {
    long size = share.whole(columns.getShape().get(1), lane.rank());
    Shape shape = new Shape(columns.getShape().get(0), size);
    Parts parts = new Parts.Beside(List.of(columns), all);
    return new Scores(lane, share, shape, parts, null, columns, columns.getManager());
  }

  @Override
  public List<NDArray> parts() {
    return offset == null ? raw() : raw().stream().map(part -> part.sub(offset)).toList();
  }

  private List<NDArray> raw() {
    return super.parts();
  }

  /** The parts for another array, which may be closed before this one. */
  private List<NDArray> shared() {
    return lane != null
        ? raw()
        : raw().stream().map(part -> Arrays.alias(part, part.getManager())).toList();
  }

  @Override
  List<NDArray> owned() {
    return lane == null && offset != null
        ? Stream.concat(super.owned().stream(), Stream.of(offset)).toList()
        : super.owned();
  }

  private Scores derived(Shape shape, List<NDArray> parts, NDArray offset, Supplier<NDArray> join) {
    derive();
    Parts beside = new Parts.Beside(parts, join);
    return new Scores(lane, share, shape, beside, offset, parts.get(0), getManager());
  }

  private boolean isSplit(int along) {
    return isSplit() && Math.floorMod(along, shape.dimension()) == axis;
  }

  private long features() {
    return shape.get(axis);
  }

  /** The first index of the i-th part at hand. */
  private long begin(int i) {
    return share.begin(features(), rank(i));
  }

  private NDArray sum(List<NDArray> partials) {
    NDArray mine = partials.stream().reduce(NDArray::add).orElseThrow();
    return lane == null ? mine : lane.allReduce(mine);
  }

  private NDArray largest() {
    int[] last = {-1};
    BinaryOperator<NDArray> larger = NDArrays::maximum;
    NDArray mine =
        raw().stream()
            .map(part -> part.stopGradient().max(last, true))
            .reduce(larger)
            .orElseThrow();
    return lane == null
        ? mine
        : Stream.of(lane.exchange("the largest of " + shape, mine)).reduce(larger).orElseThrow();
  }

  /** The logarithm of the sum of the exponentials along the last axis, {@code (…, 1)}. */
  private NDArray logSumExp() {
    NDArray largest = largest();
    int[] last = {-1};
    List<NDArray> sums = new ArrayList<>();
    for (NDArray part : raw()) {
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
    if (!isSplit(axis) || offset != null) {
      return super.logSoftmax(axis);
    }
    NDArray normaliser = logSumExp();
    return derived(shape, shared(), normaliser, () -> joined().sub(normaliser));
  }

  @Override
  public PtNDArray softmax(int axis) {
    if (!isSplit(axis) || offset != null) {
      return super.softmax(axis);
    }
    NDArray normaliser = logSumExp();
    List<NDArray> shares = raw().stream().map(part -> part.sub(normaliser).exp()).toList();
    return derived(shape, shares, null, () -> joined().sub(normaliser).exp());
  }

  @Override
  public NDArray get(NDManager manager, NDIndex index) {
    Optional<NDIndexFullPick> pick =
        isSplit() ? NDIndexFullPick.fromIndex(index, shape) : Optional.empty();
    if (pick.isEmpty() || !isSplit(pick.get().getAxis())) {
      return super.get(manager, index);
    }
    NDArray ids = ids(pick.get().getIndices());
    return areInside(ids)
        ? picked(
            ids,
            (array, local) ->
                array.get(new NDIndex().addAllDim(shape.dimension() - 1).addPickDim(local)))
        : super.get(manager, index);
  }

  @Override
  public NDArray gather(NDArray index, int axis) {
    if (!isSplit(axis)) {
      return super.gather(index, axis);
    }
    NDArray ids = ids(index);
    return areInside(ids)
        ? picked(ids, (array, local) -> array.gather(local, axis))
        : super.gather(index, axis);
  }

  /** Labels may live longer than these scores; what is computed from them here must not. */
  private NDArray ids(NDArray index) {
    NDArray ids = index.toType(DataType.INT64, true);
    if (lane == null) {
      ids.attach(getManager());
    }
    return ids;
  }

  /** What is not, the engine refuses in its own words; if it is a device's, in the pick's. */
  private boolean areInside(NDArray ids) {
    boolean readsFreely = lane == null ? !ids.getDevice().isGpu() : lane.readsFreely();
    if (ids.size() == 0 || !readsFreely) {
      return true;
    }
    return ids.min().getLong() >= 0 && ids.max().getLong() < features();
  }

  private NDArray picked(NDArray ids, BinaryOperator<NDArray> pick) {
    List<NDArray> parts = raw();
    List<NDArray> partials = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NDArray part = parts.get(i);
      long count = part.getShape().get(axis);
      NDArray local = ids.sub(begin(i));
      NDArray value = pick.apply(part, share.places(ids, features(), rank(i)));
      NDArray here = local.gte(0).logicalAnd(local.lt(count)).reshape(value.getShape());
      partials.add(NDArrays.where(here, value, value.zerosLike()));
    }
    NDArray values = sum(partials);
    return offset == null ? values : values.sub(pick.apply(offset, ids.zerosLike()));
  }

  @Override
  public PtNDArray reshape(Shape to) {
    Optional<Shape> filled = offset == null ? Optional.empty() : Operation.filled(shape, to);
    if (filled.isEmpty()
        || !isSplit()
        || filled.get().get(filled.get().dimension() - 1) != features()) {
      return super.reshape(to);
    }
    Shape lead = filled.get().slice(0, filled.get().dimension() - 1);
    return derived(
        filled.get(),
        raw().stream().map(part -> part.reshape(lead.add(part.getShape().get(axis)))).toList(),
        offset.reshape(lead.add(1)),
        () -> joined().reshape(to));
  }

  /**
   * A product with this array, a matrix, on its right.
   *
   * @param left {@code (…, m)}, which all ranks have
   * @return the product if the parts suffice for it
   */
  Optional<PtNDArray> productAfter(NDArray left) {
    if (!isSplit() || lane == null || shape.dimension() != 2 || left.getShape().dimension() < 2) {
      return Optional.empty();
    }
    NDArray part = left.matMul(parts().get(0));
    return Optional.of(of(lane, part, share, part.getShape().dimension() - 1));
  }

  @Override
  public PtNDArray sum(int[] axes, boolean keepDims) {
    return IntStream.of(axes).anyMatch(this::isSplit)
        ? (PtNDArray) sum(parts().stream().map(part -> part.sum(axes, keepDims)).toList())
        : super.sum(axes, keepDims);
  }

  @Override
  public PtNDArray argMax(int axis) {
    if (lane != null || !isSplit(axis)) {
      return super.argMax(axis);
    }
    int[] last = {-1};
    List<NDArray> parts = raw();
    NDArray largest = parts.get(0).max(last);
    NDArray at = parts.get(0).argMax(-1);
    for (int i = 1; i < parts.size(); i++) {
      NDArray next = parts.get(i).max(last);
      at = NDArrays.where(next.gt(largest), parts.get(i).argMax(-1).add(begin(i)), at);
      largest = NDArrays.maximum(largest, next);
    }
    return (PtNDArray) at;
  }
}
