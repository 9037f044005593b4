package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Operations on arrays in parts for which the parts suffice: each rank computes its share of the
 * result from its shares of the operands.
 *
 * <pre>
 *   by element         x + y, gelu(x)          what all ranks have is sliced where it meets a share
 *   along other axes   layer norm, mean(-1)    of an array whose sequence is shared out
 *   another shape      reshape, swapAxes       as long as the axis stays an axis
 * </pre>
 *
 * Everything else is empty here, and puts the arrays together.
 */
public final class Operation {

  private Operation() {}

  /** What an operation on single elements makes of arrays that are broadcast. */
  public static Optional<PtNDArray> each(
      List<PtNDArray> operands, Function<List<PtNDArray>, PtNDArray> operation) {
    Optional<SplitArray> first =
        operands.stream().flatMap(array -> SplitArray.unsettled(array).stream()).findFirst();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    SplitArray like = first.get();
    int back = like.shape.dimension() - like.axis;
    boolean meet =
        looking(like.lane, () -> operands.stream().allMatch(array -> meets(like, array, back)));
    if (!meet) {
      return Optional.empty();
    }
    List<List<NDArray>> shares =
        operands.stream()
            .map(array -> SplitArray.unsettled(array).map(SplitArray::parts).orElse(null))
            .toList();
    int dimensions = operands.stream().mapToInt(a -> a.getShape().dimension()).max().orElseThrow();
    int count = like.lane == null ? like.share.ranks() : 1;
    List<NDArray> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = i;
      results.add(
          onShares(
              like.lane,
              () -> {
                List<PtNDArray> own = new ArrayList<>();
                for (int o = 0; o < operands.size(); o++) {
                  own.add(
                      shares.get(o) == null
                          ? slice(operands.get(o), like, back, like.rank(at))
                          : (PtNDArray) shares.get(o).get(at));
                }
                return operation.apply(own);
              }));
    }
    return Optional.of(again(like, results, dimensions - back));
  }

  /**
   * What an operation makes of an array that treats the indices of most axes apart.
   *
   * @param along the axes that it takes together, counted from the end if negative
   * @param keeps whether the result has these axes, too
   */
  public static Optional<PtNDArray> along(
      PtNDArray array, long[] along, boolean keeps, UnaryOperator<PtNDArray> operation) {
    Optional<SplitArray> split = SplitArray.unsettled(array);
    if (split.isEmpty() || along.length == 0) {
      return Optional.empty();
    }
    int dimensions = split.get().shape.dimension();
    int axis = split.get().axis;
    int before = 0;
    for (long each : along) {
      long position = Math.floorMod(each, (long) dimensions);
      if (position == axis) {
        return Optional.empty();
      }
      before += position < axis ? 1 : 0;
    }
    return moved(
        split.get(), keeps ? axis : axis - before, part -> operation.apply((PtNDArray) part));
  }

  /**
   * What an operation makes that leaves the shares alone.
   *
   * @param axis where the axis that is shared out is afterwards
   */
  static Optional<PtNDArray> moved(SplitArray array, int axis, UnaryOperator<NDArray> operation) {
    if (!array.isSplit()) {
      return Optional.empty();
    }
    List<NDArray> parts = array.parts();
    List<NDArray> results = onShares(array.lane, () -> parts.stream().map(operation).toList());
    return Optional.of(again(array, results, axis));
  }

  /** Another shape in which the axis that is shared out is an axis again, at the same elements. */
  static Optional<PtNDArray> reshape(SplitArray array, Shape to) {
    Optional<Shape> filled = filled(array.shape, to);
    if (filled.isEmpty()) {
      return Optional.empty();
    }
    Shape shape = filled.get();
    long size = array.shape.get(array.axis);
    long before = array.shape.slice(0, array.axis).size();
    for (int axis = 0; axis < shape.dimension(); axis++) {
      if (shape.get(axis) == size && shape.slice(0, axis).size() == before) {
        int at = axis;
        return moved(
            array,
            at,
            part -> {
              long[] sizes = shape.getShape().clone();
              sizes[at] = part.getShape().get(array.axis);
              return part.reshape(sizes);
            });
      }
    }
    return Optional.empty();
  }

  /** A shape without -1, if it fits. */
  static Optional<Shape> filled(Shape shape, Shape to) {
    long[] sizes = to.getShape().clone();
    long known = Arrays.stream(sizes).filter(size -> size != -1).reduce(1, (a, b) -> a * b);
    for (int a = 0; a < sizes.length; a++) {
      sizes[a] = sizes[a] == -1 && known != 0 ? shape.size() / known : sizes[a];
    }
    Shape filled = new Shape(sizes);
    return filled.size() == shape.size() && shape.size() > 0
        ? Optional.of(filled)
        : Optional.empty();
  }

  /** A product of matrices. */
  public static Optional<PtNDArray> product(PtNDArray left, PtNDArray right) {
    return right instanceof Scores scores ? scores.productAfter(left) : Optional.empty();
  }

  // An array that is one rank's alone means something else on every rank: its slices make no whole.
  private static boolean meets(SplitArray like, PtNDArray other, int back) {
    Shape shape = other.getShape();
    Optional<SplitArray> split = SplitArray.unsettled(other);
    if (split.isPresent()) {
      SplitArray array = split.get();
      return array.lane == like.lane
          && shape.dimension() - array.axis == back
          && array.share.equals(like.share)
          && shape.get(array.axis) == like.shape.get(like.axis);
    }
    int axis = shape.dimension() - back;
    boolean fits = axis < 0 || shape.get(axis) == 1 || shape.get(axis) == like.shape.get(like.axis);
    return fits && (like.lane == null || !like.lane.tape.isOwn(other));
  }

  private static PtNDArray slice(PtNDArray whole, SplitArray like, int back, int rank) {
    int axis = whole.getShape().dimension() - back;
    return axis < 0 || whole.getShape().get(axis) == 1
        ? whole
        : like.share.slice(whole, axis, rank);
  }

  private static SplitArray again(SplitArray like, List<NDArray> results, int axis) {
    return like.lane == null
        ? SplitArray.of(results, like.share, axis)
        : SplitArray.of(like.lane, results.get(0), like.share, axis);
  }

  private static boolean looking(Lane lane, BooleanSupplier question) {
    return lane == null ? question.getAsBoolean() : lane.tape.rawly(question::getAsBoolean);
  }

  private static <T> T onShares(Lane lane, Supplier<T> operation) {
    return lane == null ? operation.get() : lane.tape.onShares(operation);
  }
}
