package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;

/** What a {@link SplitArray} is made of, and how it is put together. */
interface Parts {

  /** The parts at hand, in rank order: a lane's own, or all of them outside of lanes. */
  List<NDArray> parts();

  /** The whole array. */
  NDArray join();

  /** All parts. */
  record All(List<NDArray> parts, int axis) implements Parts {

    /** Copies the list. */
    public All {
      parts = List.copyOf(parts);
    }

    @Override
    public NDArray join() {
      return NDArrays.concat(new NDList(parts), axis);
    }
  }

  /** Parts beside a whole that is found some other way. */
  record Beside(List<NDArray> parts, Supplier<NDArray> whole) implements Parts {

    /** Copies the list. */
    public Beside {
      parts = List.copyOf(parts);
    }

    @Override
    public NDArray join() {
      return whole.get();
    }
  }

  /** A rank's own part; all are gathered. */
  record Mine(Deferred gather) implements Parts {

    /**
     * A rank's share of an axis.
     *
     * @param shape the whole shape
     */
    static Mine of(Lane lane, NDArray part, Share share, int axis, Shape shape) {
      return new Mine(
          lane.deferred(
              "all-gather " + shape,
              part,
              slices -> NDArrays.concat(new NDList(slices), axis),
              Adjoint.reduceScatter(shape, gradient -> share.slice(gradient, axis, lane.rank()))));
    }

    @Override
    public List<NDArray> parts() {
      return List.of(gather.mine());
    }

    @Override
    public NDArray join() {
      return gather.get();
    }
  }

  /**
   * A sum over the ranks that nobody has used yet. If the first to do so can do with a share, the
   * ranks get a share each, and gather them when something needs the whole: the same bytes in two
   * steps, and in between each rank has and computes its share only (Megatron-LM's sequence
   * parallelism, arXiv:2205.05198). If the first needs all of it, every rank gets the sum.
   */
  final class Sum implements Parts {

    private final Deferred whole;
    private final Deferred scatter;
    private final Lane lane;
    private final Share share;
    private final int axis;
    private final Shape shape;
    private Mine mine;

    Sum(Lane lane, NDArray partial, Share share, int axis) {
      this.lane = lane;
      this.share = share;
      this.axis = axis;
      shape = partial.getShape();
      whole = lane.deferredSum(partial);
      scatter = lane.tape.scatteredSum(partial, share, axis);
    }

    @Override
    public List<NDArray> parts() {
      if (mine == null) {
        mine = lane.tape.onShares(() -> Mine.of(lane, scatter.get(), share, axis, shape));
      }
      return mine.parts();
    }

    @Override
    public NDArray join() {
      return mine == null ? whole.get() : mine.join();
    }
  }
}
