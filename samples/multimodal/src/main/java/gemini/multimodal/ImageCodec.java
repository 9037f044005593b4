package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;

/**
 * Pictures as a few whole numbers and back: a convolutional autoencoder with vector quantisation in
 * its middle. The vectors are rounded to the points of a fixed grid (finite scalar quantisation,
 * Mentzer et al. 2023, arXiv:2309.15505), so that no code can fall out of use.
 *
 * <p>Forward: {@code (batch, channels, height, width)} to the same, of pixels from 0 to 1. Codes:
 * one for each 4 x 4 pixels.
 */
public final class ImageCodec extends AbstractBlock {

  /** Pixels, in height and width, that share a code. */
  public static final int SCALE = 4;

  /** The grid's points along each of its axes: odd numbers, so that one is zero. */
  private static final int[] LEVELS = {7, 5, 5};

  private final SequentialBlock encoder;
  private final SequentialBlock decoder;

  /**
   * Makes a codec.
   *
   * @param channels of the pictures
   * @param width of the layers
   */
  public ImageCodec(int channels, int width) {
    encoder =
        addChildBlock(
            "encoder",
            new SequentialBlock()
                .add(convolution(width / 2, 4, 2, 1))
                .add(Activation::relu)
                .add(convolution(width, 4, 2, 1))
                .add(Activation::relu)
                .add(convolution(LEVELS.length, 1, 1, 0)));
    decoder =
        addChildBlock(
            "decoder",
            new SequentialBlock()
                .add(convolution(width, 3, 1, 1))
                .add(Activation::relu)
                .addSingleton(ImageCodec::enlarged)
                .add(convolution(width / 2, 3, 1, 1))
                .add(Activation::relu)
                .addSingleton(ImageCodec::enlarged)
                .add(convolution(channels, 3, 1, 1))
                .add(Activation::sigmoid));
  }

  private static Conv2d convolution(int filters, int kernel, int stride, int padding) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(padding, padding))
        .build();
  }

  /** Twice as high and wide: {@code (batch, channels, height, width)}, each pixel four times. */
  private static NDArray enlarged(NDArray x) {
    return x.repeat(2, 2).repeat(3, 2);
  }

  /** How many codes there are. */
  public static int codes() {
    return Arrays.stream(LEVELS).reduce(1, Math::multiplyExact);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray z = bounded(encoder.forward(store, inputs, training).head());
    // Rounding has no slope: the gradient goes past it.
    NDArray rounded = z.add(z.round().sub(z).stopGradient());
    return decoder.forward(store, new NDList(rounded), training);
  }

  /** Each channel between the outermost points of its axis of the grid. */
  static NDArray bounded(NDArray z) {
    return z.tanh().mul(halves(z));
  }

  /** How far the grid reaches to both sides of zero: {@code (axes, 1, 1)}. */
  private static NDArray halves(NDArray z) {
    float[] halves = new float[LEVELS.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (LEVELS[i] - 1) / 2f;
    }
    NDArray array = z.getManager().create(halves, new Shape(halves.length, 1, 1));
    return array.toType(z.getDataType(), false);
  }

  /** How much one step along each axis changes the code: {@code (axes, 1, 1)}. */
  private static NDArray steps(NDArray z) {
    float[] steps = new float[LEVELS.length];
    float step = 1;
    for (int i = 0; i < steps.length; i++) {
      steps[i] = step;
      step *= LEVELS[i];
    }
    NDArray array = z.getManager().create(steps, new Shape(steps.length, 1, 1));
    return array.toType(z.getDataType(), false);
  }

  /**
   * The codes of pictures, row by row: {@code (batch, channels, height, width) -> (batch, height /
   * 4 * width / 4)}, of 64-bit integers.
   */
  public NDArray encode(ParameterStore store, NDArray pictures) {
    NDArray z = bounded(encoder.forward(store, new NDList(pictures), false).head()).round();
    NDArray codes = z.add(halves(z)).mul(steps(z)).sum(new int[] {1});
    return codes.round().toType(DataType.INT64, false).flatten(1, 2);
  }

  /**
   * The pictures of codes.
   *
   * @param codes {@code (batch, rows * columns)}
   * @param rows how many rows they make
   * @return {@code (batch, channels, height, width)}
   */
  public NDArray decode(ParameterStore store, NDArray codes, int rows) {
    long batch = codes.getShape().get(0);
    DataType type = decoder.getParameters().valueAt(0).getArray().getDataType();
    NDArray grid = codes.reshape(batch, 1, rows, -1).toType(type, false);
    NDList axes = new NDList();
    float step = 1;
    for (int level : LEVELS) {
      axes.add(grid.div(step).floor().mod(level));
      step *= level;
    }
    NDArray z = NDArrays.concat(axes, 1);
    return decoder.forward(store, new NDList(z.sub(halves(z))), false).head();
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    encoder.initialize(manager, dataType, inputShapes);
    decoder.initialize(manager, dataType, encoder.getOutputShapes(inputShapes));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
