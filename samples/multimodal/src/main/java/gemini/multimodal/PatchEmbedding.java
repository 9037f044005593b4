package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Pictures as tokens: each square patch becomes one, by a linear layer over its pixels (Dosovitskiy
 * et al. 2020, arXiv:2010.11929), plus a learned vector for its row and one for its column.
 *
 * <p>{@code (pictures, channels, height, width) -> (pictures, patches, dim)}, row by row. Height
 * and width may differ from picture to picture; they are multiples of the patch's side.
 */
public final class PatchEmbedding extends AbstractBlock {

  private final int side;
  private final int dim;
  private final int maxPatches;
  private final Linear projection;
  private final Parameter rows;
  private final Parameter columns;

  /**
   * Makes an embedding.
   *
   * @param side the side of a patch, in pixels
   * @param maxPatches how many patches fit at most beside, and above, each other
   * @param dim the size of the tokens
   */
  public PatchEmbedding(int side, int maxPatches, int dim) {
    this.side = side;
    this.dim = dim;
    this.maxPatches = maxPatches;
    projection = addChildBlock("projection", Linear.builder().setUnits(dim).build());
    rows = addTable("rows");
    columns = addTable("columns");
  }

  private Parameter addTable(String name) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.WEIGHT)
            .optShape(new Shape(maxPatches, 1, dim))
            .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray pictures = inputs.head();
    Shape shape = pictures.getShape();
    long count = shape.get(0);
    long channels = shape.get(1);
    long high = shape.get(2) / side;
    long wide = shape.get(3) / side;
    check(shape);
    NDArray patches =
        pictures
            .reshape(count, channels, high, side, wide, side)
            .transpose(0, 2, 4, 1, 3, 5)
            .reshape(count, high * wide, channels * side * side);
    NDArray x = projection.forward(store, new NDList(patches), training).head();
    NDArray row = store.getValue(rows, x.getDevice(), training).get(":{}", high);
    NDArray column = store.getValue(columns, x.getDevice(), training).get(":{}", wide);
    row.attach(x.getManager());
    column.attach(x.getManager());
    NDArray places = row.add(column.transpose(1, 0, 2)).reshape(1, high * wide, dim);
    return new NDList(x.add(places));
  }

  private void check(Shape shape) {
    for (int axis = 2; axis < 4; axis++) {
      long size = shape.get(axis);
      if (size % side != 0 || size / side > maxPatches) {
        throw new IllegalArgumentException(
            "A picture %s does not divide into at most %d x %d patches of %d x %d pixels"
                .formatted(shape, maxPatches, maxPatches, side, side));
      }
    }
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape shape = inputShapes[0];
    long patches = shape.get(2) / side * (shape.get(3) / side);
    long pixels = shape.get(1) * side * side;
    projection.initialize(manager, dataType, new Shape(shape.get(0), patches, pixels));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape shape = inputShapes[0];
    long patches = shape.get(2) / side * (shape.get(3) / side);
    return new Shape[] {new Shape(shape.get(0), patches, dim)};
  }
}
