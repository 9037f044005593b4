package dev.geminijava.runtime.exec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.NativeArrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An array of which an axis is shared out among the ranks, seen by the program as the whole array.
 * It is put together when something needs all of it; what {@link Operation} knows needs no more
 * than the parts.
 *
 * <p>In a lane the rank's own part is at hand and ranks meet in collectives; outside of all lanes,
 * where a program sees the model's outputs, all parts are.
 */
public class SplitArray extends PtNDArray {

  final Lane lane;
  final Share share;
  final int axis;
  final Shape shape;
  private final DataType type;
  private final Device device;
  private final Parts parts;
  private NDArray joined;
  private NDArray whole;
  private Lent lent;
  private boolean derived;
  // Where this array is, or will be again after it was lent to a scope.
  private NDManager home;

  SplitArray(
      Lane lane, Share share, int axis, Shape shape, Parts parts, NDArray like, NDManager manager) {
    super((PtNDManager) manager, NativeArrays.placeholder());
    this.lane = lane;
    this.share = share;
    this.axis = axis;
    this.shape = shape;
    type = like.getDataType();
    device = like.getDevice();
    this.parts = parts;
    home = manager;
    NDScope.unregister(new NDList(owned()));
  }

  /**
   * What all ranks' parts make up, seen from one of them.
   *
   * @param part this rank's share of the axis
   */
  public static SplitArray of(Lane lane, NDArray part, Share share, int axis) {
    return lane.tape.onShares(
        () -> {
          long[] sizes = part.getShape().getShape().clone();
          sizes[axis] = share.whole(sizes[axis], lane.rank());
          Shape shape = new Shape(sizes);
          return of(lane, share, axis, shape, Parts.Mine.of(lane, part, share, axis, shape), part);
        });
  }

  /** What parts make up, all of which are at hand. */
  public static SplitArray of(List<NDArray> parts, Share share, int axis) {
    long[] sizes = parts.get(0).getShape().getShape().clone();
    sizes[axis] = parts.stream().mapToLong(part -> part.getShape().get(axis)).sum();
    Shape shape = new Shape(sizes);
    return of(null, share, axis, shape, new Parts.All(parts, axis), parts.get(0));
  }

  /**
   * The sum of the ranks' values, of which each rank will have its share.
   *
   * @param partial this rank's value
   */
  public static SplitArray sum(Lane lane, NDArray partial, int axis) {
    return lane.tape.onShares(
        () -> {
          Share share = new Share(partial.getShape().get(axis), lane.ranks());
          Parts.Sum sum = new Parts.Sum(lane, partial, share, axis);
          lane.tape.running().sums.add(sum);
          return of(lane, share, axis, partial.getShape(), sum, partial);
        });
  }

  // The shares of a last axis can be those of a vocabulary.
  private static SplitArray of(
      Lane lane, Share share, int axis, Shape shape, Parts parts, NDArray like) {
    return axis == shape.dimension() - 1
        ? new Scores(lane, share, shape, parts, null, like, like.getManager())
        : new SplitArray(lane, share, axis, shape, parts, like, like.getManager());
  }

  /** The array as one that is still in parts, if it is. */
  public static Optional<SplitArray> unsettled(NDArray array) {
    return array instanceof SplitArray split && split.isSplit()
        ? Optional.of(split)
        : Optional.empty();
  }

  /** Puts the array together; ranks that take different ways afterwards do so with all of it. */
  public static void settle(NDArray array) {
    if (array instanceof SplitArray split) {
      split.whole();
    }
  }

  /** How the axis is shared out. */
  public Share share() {
    return share;
  }

  /** The axis that is. */
  public int axis() {
    return axis;
  }

  /** The parts at hand, in rank order. */
  public List<NDArray> parts() {
    return parts.parts();
  }

  final boolean isSplit() {
    return whole == null;
  }

  /** The rank of the i-th part at hand. */
  final int rank(int i) {
    return lane == null ? i : lane.rank();
  }

  /** All of it for layers that do not keep it, in a lane; the array stays in parts. */
  final Lent lend() {
    if (lent == null) {
      lent = lane.tape.lend(this, parts().get(0));
    }
    return lent;
  }

  /** Ends what {@link #lend} began. */
  final void takeBack() {
    lent.close();
    lent = null;
  }

  private NDArray whole() {
    if (whole == null) {
      // The program may change it in place, which what was derived from it must not see.
      whole = derived ? kept(joined().duplicate()) : joined();
    }
    return whole;
  }

  final NDArray joined() {
    if (joined == null) {
      joined = kept(parts.join());
    }
    return joined;
  }

  /** Outside of lanes, what this array keeps outlives the scopes in which it is made. */
  private NDArray kept(NDArray made) {
    return lane == null ? Arrays.kept(made, made, home) : made;
  }

  /** Notes that what was computed from this array's parts shares its whole. */
  final void derive() {
    derived = true;
  }

  private Optional<PtNDArray> each(UnaryOperator<PtNDArray> operation) {
    return Operation.each(List.of(this), operands -> operation.apply(operands.get(0)));
  }

  @Override
  public PtNDArray toType(DataType to, boolean copy) {
    return to == getDataType() && !copy
        ? this
        : each(part -> part.toType(to, true)).orElseGet(() -> super.toType(to, copy));
  }

  @Override
  public PtNDArray reshape(Shape to) {
    return Operation.reshape(this, to).orElseGet(() -> super.reshape(to));
  }

  @Override
  public PtNDArray expandDims(int at) {
    int position = at < 0 ? at + shape.dimension() + 1 : at;
    return Operation.moved(
            this, position <= axis ? axis + 1 : axis, part -> part.expandDims(position))
        .orElseGet(() -> super.expandDims(at));
  }

  @Override
  public PtNDArray squeeze(int at) {
    int position = Math.floorMod(at, shape.dimension());
    return position == axis
        ? super.squeeze(at)
        : Operation.moved(this, position < axis ? axis - 1 : axis, part -> part.squeeze(position))
            .orElseGet(() -> super.squeeze(at));
  }

  @Override
  public PtNDArray swapAxes(int first, int second) {
    int from = Math.floorMod(first, shape.dimension());
    int to = Math.floorMod(second, shape.dimension());
    int moved = axis == from ? to : axis == to ? from : axis;
    return Operation.moved(this, moved, part -> part.swapAxes(from, to))
        .orElseGet(() -> super.swapAxes(first, second));
  }

  @Override
  public PtNDArray transpose(int... axes) {
    int[] positions = IntStream.of(axes).map(a -> Math.floorMod(a, shape.dimension())).toArray();
    for (int moved = 0; moved < positions.length; moved++) {
      if (positions[moved] == axis) {
        return Operation.moved(this, moved, part -> part.transpose(positions))
            .orElseGet(() -> super.transpose(axes));
      }
    }
    return super.transpose(axes);
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
    return type;
  }

  @Override
  public Device getDevice() {
    return device;
  }

  @Override
  public SparseFormat getSparseFormat() {
    return SparseFormat.DENSE;
  }

  @Override
  public void attach(NDManager manager) {
    super.attach(manager);
    home = manager;
    owned().forEach(array -> array.attach(manager));
  }

  @Override
  public void tempAttach(NDManager manager) {
    NDManager from = home;
    super.tempAttach(manager);
    home = from;
    for (NDArray array : owned()) {
      // It left home with this array, and is to return there.
      array.returnResource(home);
      array.tempAttach(manager);
    }
  }

  @Override
  public void returnResource(NDManager manager) {
    super.returnResource(manager);
    home = manager;
    owned().forEach(array -> array.returnResource(manager));
  }

  @Override
  public void detach() {
    super.detach();
    home = getManager();
    owned().forEach(NDArray::detach);
  }

  @Override
  public void close() {
    super.close();
    owned().forEach(NDArray::close);
  }

  /** Outside of lanes, the arrays that live and die with this one. */
  List<NDArray> owned() {
    return lane != null
        ? List.of()
        : Stream.concat(parts.parts().stream(), Stream.of(joined, whole).filter(Objects::nonNull))
            .toList();
  }
}
