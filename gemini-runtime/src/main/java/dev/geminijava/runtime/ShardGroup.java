package dev.geminijava.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import dev.geminijava.runtime.collective.Collectives;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import dev.geminijava.runtime.parameter.LayerSplit;
import dev.geminijava.runtime.parameter.LayerView;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Layers that are split together over the shard ranks of a stage (tensor parallelism as in
 * Megatron-LM, arXiv:1909.08053).
 *
 * <p>A size that does not divide by the number of ranks is shared out unevenly, and with it others
 * that are its multiples. If there are several sizes that cannot be shared out alike, or fewer
 * units than ranks, nothing is split, and the user is told; every call on the group then gives back
 * what it was given.
 */
public final class ShardGroup {

  private final Lane lane;
  private boolean split;
  // Null until the first layer's features decide.
  private Share share;
  // Whether a layer or a value was split already, so that the others can no longer stay whole.
  private boolean begun;

  ShardGroup(Lane lane, long... sizes) {
    this.lane = lane;
    split = lane != null && lane.ranks() > 1;
    if (split && sizes.length > 0) {
      decide(sizes);
    }
  }

  private void decide(long... sizes) {
    int ranks = lane.ranks();
    long units = Arrays.stream(sizes).min().orElseThrow();
    if (units > 0 && allDivide(ranks, sizes)) {
      share = Share.even(ranks);
    } else if (units > ranks && Arrays.stream(sizes).allMatch(size -> size % units == 0)) {
      share = new Share(units, ranks);
      lane.note(unevenly(units));
    } else {
      split = false;
      lane.note(whole(sizes));
    }
  }

  private String unevenly(long size) {
    long most = share.of(size, 0);
    return "%s: %d does not divide by %d ranks: the ranks take %d and %d"
        .formatted(place(), size, share.ranks(), most, most - 1);
  }

  private String whole(long... sizes) {
    int ranks = lane.ranks();
    int cure = ranks - 1;
    while (cure > 1 && !allDivide(cure, sizes)) {
      cure--;
    }
    return "%s: %s not divide by %d ranks, so every rank computes these layers whole: use %s"
        .formatted(
            place(),
            sizes.length == 1
                ? sizes[0] + " does"
                : Arrays.toString(sizes).replaceAll("[\\[\\]]", "") + " do",
            ranks,
            cure > 1 ? "--sharding-size=" + cure : "a multiple of " + ranks);
  }

  private static boolean allDivide(int ranks, long... sizes) {
    return Arrays.stream(sizes).allMatch(size -> size % ranks == 0);
  }

  /** The line of the program, or of a library, that the group stands in. */
  private static String place() {
    String runtime = ShardGroup.class.getPackageName();
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !frame.getClassName().startsWith(runtime + "."))
                    .findFirst()
                    .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                    .orElse("a layer"));
  }

  /** Keeps all layers of the group whole. */
  private void giveUp(Block layer) {
    if (split && begun) {
      throw new IllegalStateException(
          ("%s: %s cannot be shared out over %d ranks as the layers before it were:"
                  + " use --sharding-size=1")
              .formatted(place(), layer.getClass().getSimpleName(), lane.ranks()));
    }
    split = false;
  }

  private Optional<Share> share() {
    if (!split) {
      return Optional.empty();
    }
    begun = true;
    share = share == null ? Share.even(lane.ranks()) : share;
    return Optional.of(share);
  }

  /**
   * A layer, or a block around one linear layer, seen as one that computes this rank's slice of its
   * output features from all of its input features.
   */
  public Block column(Block layer) {
    return column(layer, 1);
  }

  /**
   * The same for a layer that computes several things at once, such as queries, keys and values.
   *
   * @param parts of how many equal parts its output features consist; each rank computes its slice
   *     of every part
   */
  public Block column(Block layer, int parts) {
    long all = LayerSplit.COLUMN.features(LayerSplit.inside(layer));
    long features = all % parts == 0 ? all / parts : 0;
    if (features == 0 || split && share != null && features % share.units() != 0) {
      giveUp(layer);
    } else if (split && share == null) {
      decide(features);
    }
    return view(layer, LayerSplit.COLUMN, parts, false);
  }

  /**
   * A layer seen as one that computes this rank's slice of its output features, if these are many
   * more than its input features: a head over a vocabulary. What follows sees the whole result, and
   * a softmax and the choice of the labels' values do without it.
   */
  public Block head(Block layer) {
    // What is gathered has its features on the last axis.
    Block inside = LayerSplit.inside(layer);
    long inputs = inside instanceof Linear ? LayerSplit.ROW.features(inside) : 0;
    if (inputs == 0 || LayerSplit.COLUMN.features(inside) < LayerSplit.WIDE * inputs) {
      giveUp(layer);
    }
    return column(layer);
  }

  /**
   * An embedding seen as one that looks up this rank's slice of the table's rows; other words give
   * zeros, so that its result is a part of a sum, to be {@link #allReduce(NDList) reduced}.
   */
  public Block vocabulary(Block embedding) {
    long rows = LayerSplit.VOCABULARY.features(embedding);
    if (rows == 0) {
      giveUp(embedding);
    } else if (split && share == null) {
      decide(rows);
    }
    return view(embedding, LayerSplit.VOCABULARY, 1, false);
  }

  /**
   * A layer seen as one that consumes this rank's slice of its input features; its result is this
   * rank's part of a sum, to be {@link #allReduce(NDList) reduced}. A block around one linear layer
   * gives the whole sum: its layer adds up the parts, as {@link Shards#inner} says.
   */
  public Block row(Block layer) {
    return row(layer, 1);
  }

  /**
   * The same for a layer whose input was put together from several split values.
   *
   * @param parts of how many equal parts its input features consist
   */
  public Block row(Block layer, int parts) {
    return view(layer, LayerSplit.ROW, parts, false);
  }

  /** A layer that treats each feature by itself, seen with this rank's slice of them. */
  public Block slice(Block layer) {
    return view(layer, LayerSplit.SLICE, 1, false);
  }

  /**
   * The input of a layer, which has as many axes as the insertions around take it to have.
   *
   * @throws IllegalStateException if it has more or fewer
   */
  public NDList ofRank(NDList input, int axes) {
    int found = input.head().getShape().dimension();
    if (split && found != axes) {
      throw new IllegalStateException(
          ("%s: the input of this layer has %d axes where the program's model, as far as it could"
                  + " be read, gives it %d: use --sharding-size=1")
              .formatted(place(), found, axes));
    }
    return input;
  }

  /** A random layer that acts on split values: each rank draws for itself. */
  public Block own(Block layer) {
    return view(layer, LayerSplit.NONE, 1, true);
  }

  /** A split value about to meet a random operation: each rank draws for itself. */
  public NDArray own(NDArray slice) {
    if (split) {
      lane.drawAloneFor(slice);
    }
    return slice;
  }

  // A column layer called inside a row layer's arguments is looked at after the row layer was, and
  // may turn the group off: the view asks when it is called.
  private Block view(Block layer, LayerSplit split, int parts, boolean own) {
    return this.split ? LayerView.of(layer, split, parts, own, this::share) : layer;
  }

  /** This rank's share of a size. */
  public long local(long size) {
    return split ? share().orElseThrow().of(size, lane.rank()) : size;
  }

  /** This rank's share of a size. */
  public int local(int size) {
    return Math.toIntExact(local((long) size));
  }

  /** This rank's share of an axis, counted from the end, of a shape. */
  public Shape local(Shape shape, int axis) {
    return with(shape, axis, this::local);
  }

  /** The size of which a rank read its share off a split array. */
  public long whole(long part) {
    return split ? share().orElseThrow().whole(part, lane.rank()) : part;
  }

  /** The shape that an array has before it is split along an axis, counted from the end. */
  public Shape whole(Shape shape, int axis) {
    return with(shape, axis, this::whole);
  }

  private static Shape with(Shape shape, int axis, LongUnaryOperator change) {
    long[] sizes = shape.getShape().clone();
    int position = sizes.length + axis;
    sizes[position] = change.applyAsLong(sizes[position]);
    return new Shape(sizes);
  }

  /**
   * This rank's slice of a replicated array that meets a split one.
   *
   * @param axis the axis that is split, counted from the end if negative; an array that is
   *     broadcast along it stays whole
   */
  public NDArray local(NDArray array, int axis) {
    if (!split) {
      return array;
    }
    int dimensions = array.getShape().dimension();
    int position = axis < 0 ? dimensions + axis : axis;
    if (position < 0 || array.getShape().get(position) == 1) {
      return array;
    }
    long[] cuts = share().orElseThrow().cuts(array.getShape().get(position));
    return lane.own(() -> array.split(cuts, position).get(lane.rank()));
  }

  /**
   * The pieces of an axis that this rank has, to be put together by {@code NDArrays.concat}: that
   * copies an array that is alone, and its copy has no gradient, so that it gets an empty one
   * beside it.
   *
   * @param axis the axis, counted from the end if negative
   */
  public NDList pieces(NDList own, int axis) {
    if (!split || own.size() != 1) {
      return own;
    }
    NDArray piece = own.head();
    int position = axis < 0 ? piece.getShape().dimension() + axis : axis;
    return piece.split(new long[] {piece.size(position)}, position);
  }

  /** Sums the ranks' partial results. */
  public NDList allReduce(NDList partials) {
    if (!split) {
      return partials;
    }
    NDList sums = new NDList(partials.size());
    partials.forEach(partial -> sums.add(allReduce(partial)));
    return sums;
  }

  /** Sums the ranks' partial results. */
  public NDArray allReduce(NDArray partial) {
    return split ? Collectives.allReduce(lane, partial) : partial;
  }

  /** The mean over all ranks' shares of an axis, from the means that they have of their own. */
  public NDArray average(NDArray mean) {
    if (!split) {
      return mean;
    }
    Share own = share().orElseThrow();
    double weight = own.of(own.units(), lane.rank()) / (double) own.units();
    return allReduce(mean.mul(weight));
  }

  /** Puts the ranks' slices together along the last axis. */
  public NDList gather(NDList slices) {
    if (!split) {
      return slices;
    }
    NDList wholes = new NDList(slices.size());
    slices.forEach(slice -> wholes.add(gather(slice)));
    return wholes;
  }

  /** Puts the ranks' slices together along the last axis. */
  public NDArray gather(NDArray slice) {
    return split ? Collectives.allGather(lane, slice, share().orElseThrow()) : slice;
  }
}
