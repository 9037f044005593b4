import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Two linear layers with a shortcut around them: small enough to read its syntax tree. */
public final class TwoLayers extends AbstractBlock {

  private final Block up;
  private final Block down;

  public TwoLayers(long width) {
    up = addChildBlock("up", Linear.builder().setUnits(4 * width).build());
    down = addChildBlock("down", Linear.builder().setUnits(width).build());
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
    up.initialize(manager, dataType, shapes);
    down.initialize(manager, dataType, up.getOutputShapes(shapes));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList wide = Activation.relu(up.forward(store, inputs, training));
    NDList narrow = down.forward(store, wide, training);
    return new NDList(inputs.head().add(narrow.head()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return shapes;
  }
}
