package dev.geminijava.runtime.parameter;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A layer as one call sees it: with its parameters split while it runs. The layer itself stays what
 * it is; everything but forward is answered by it.
 */
public final class LayerView implements Block {

  private final Block layer;
  private final LayerSplit split;
  private final int parts;
  private final boolean own;
  private final Supplier<Optional<Share>> share;
  private final UnaryOperator<NDList> after;

  private LayerView(
      Block layer,
      LayerSplit split,
      int parts,
      boolean own,
      Supplier<Optional<Share>> share,
      UnaryOperator<NDList> after) {
    this.layer = layer;
    this.split = split;
    this.parts = parts;
    this.own = own;
    this.share = share;
    this.after = after;
  }

  /**
   * A view of a layer.
   *
   * @param split how its parameters are split
   * @param own whether its random draws are this rank's alone
   * @param share asked at each call: without one the layer runs whole
   */
  public static LayerView of(
      Block layer, LayerSplit split, boolean own, Supplier<Optional<Share>> share) {
    return of(layer, split, 1, own, share);
  }

  /**
   * A view of a layer.
   *
   * @param split how its parameters are split
   * @param parts of how many equal parts its features consist, each of which is shared out
   * @param own whether its random draws are this rank's alone
   * @param share asked at each call: without one the layer runs whole
   */
  public static LayerView of(
      Block layer, LayerSplit split, int parts, boolean own, Supplier<Optional<Share>> share) {
    return new LayerView(layer, split, parts, own, share, result -> result);
  }

  /**
   * A layer whose result is summed over the ranks if it is called while its parameters are split by
   * rows.
   */
  public static LayerView summing(Block layer, UnaryOperator<NDArray> sum) {
    return new LayerView(
        layer,
        LayerSplit.NONE,
        1,
        false,
        Optional::empty,
        result -> LayerSplit.ROW.holds(layer) ? new NDList(sum.apply(result.head())) : result);
  }

  /** The same view, with something done to its result. */
  LayerView then(UnaryOperator<NDList> after) {
    return new LayerView(layer, split, parts, own, share, after);
  }

  private NDList within(Supplier<NDList> forward) {
    Optional<Share> share = this.share.get();
    if (share.isEmpty()) {
      return after.apply(forward.get());
    }
    Lane lane = Lane.current();
    Block weights = LayerSplit.inside(layer);
    return after.apply(lane.within(split.of(weights, parts, share.get()), own, forward));
  }

  @Override
  public NDList forward(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Optional<Share> rows = split == LayerSplit.VOCABULARY ? share.get() : Optional.empty();
    return rows.isPresent()
        ? lookUp(rows.get(), inputs.head(), ids -> layer.forward(store, ids, training, params))
        : within(() -> layer.forward(store, inputs, training, params));
  }

  /** This rank's rows where it has them, and zeros elsewhere. */
  private NDList lookUp(Share share, NDArray ids, UnaryOperator<NDList> forward) {
    Lane lane = Lane.current();
    long rows = split.features(layer);
    long begin = share.begin(rows, lane.rank());
    long count = share.of(rows, lane.rank());
    NDArray all = ids.toType(DataType.INT64, false);
    if (lane.readsFreely() && !isKnown(all, rows)) {
      // The whole table answers, in its own way, or with its own exception.
      NDArray found = forward.apply(new NDList(ids)).singletonOrThrow();
      return new NDList(lane.rank() == 0 ? found : found.zerosLike());
    }
    if (layer instanceof IdEmbedding) {
      // It counts negative ones from the end.
      all = NDArrays.where(all.lt(0), all.add(rows), all);
    }
    NDArray places = share.places(all, rows, lane.rank());
    NDArray local = all.sub(begin);
    NDArray here = local.gte(0).logicalAnd(local.lt(count));
    NDArray found = within(() -> forward.apply(new NDList(places))).singletonOrThrow();
    return new NDList(found.mul(here.expandDims(-1).toType(found.getDataType(), false)));
  }

  private static boolean isKnown(NDArray ids, long rows) {
    return ids.size() == 0 || ids.min().getLong() >= 0 && ids.max().getLong() < rows;
  }

  @Override
  public NDList forward(
      ParameterStore store, NDList data, NDList labels, PairList<String, Object> params) {
    return within(() -> layer.forward(store, data, labels, params));
  }

  @Override
  public void setInitializer(Initializer initializer, Parameter.Type type) {
    layer.setInitializer(initializer, type);
  }

  @Override
  public void setInitializer(Initializer initializer, String name) {
    layer.setInitializer(initializer, name);
  }

  @Override
  public void setInitializer(Initializer initializer, Predicate<Parameter> predicate) {
    layer.setInitializer(initializer, predicate);
  }

  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    layer.initialize(manager, dataType, inputShapes);
  }

  @Override
  public boolean isInitialized() {
    return layer.isInitialized();
  }

  @Override
  public void cast(DataType dataType) {
    layer.cast(dataType);
  }

  @Override
  public void clear() {
    layer.clear();
  }

  @Override
  public PairList<String, Shape> describeInput() {
    return layer.describeInput();
  }

  @Override
  public BlockList getChildren() {
    return layer.getChildren();
  }

  @Override
  public ParameterList getDirectParameters() {
    return layer.getDirectParameters();
  }

  @Override
  public ParameterList getParameters() {
    return layer.getParameters();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return layer.getOutputShapes(inputShapes);
  }

  @Override
  public Shape[] getInputShapes() {
    return layer.getInputShapes();
  }

  @Override
  public DataType[] getOutputDataTypes() {
    return layer.getOutputDataTypes();
  }

  @Override
  public void saveParameters(DataOutputStream out) throws IOException {
    layer.saveParameters(out);
  }

  @Override
  public void loadParameters(NDManager manager, DataInputStream in)
      throws IOException, MalformedModelException {
    layer.loadParameters(manager, in);
  }
}
