package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): the features 2i and 2i + 1 of the vector at
 * place m are the coordinates of a point, which is rotated by the angle {@code m * base^(-2i/d)}.
 * The product of two rotated vectors depends on their places only through the distance between
 * them.
 *
 * <p>With {@code d} below the size of the vectors, the features from {@code d} on stay as they are
 * (partial rotary).
 */
final class Rotary {

  private static final double BASE = 10_000;

  /** xpos: over so many tokens a feature pair fades by its factor. */
  private static final double FADE_LENGTH = 512;

  /** xpos: keeps the factor of the fastest pair from zero. */
  private static final double FADE_FLOOR = 0.4;

  private Rotary() {}

  /**
   * Rotates vectors by their places.
   *
   * @param x vectors, {@code (batch, heads, length, size)}
   * @param d how many features are rotated, an even number of at most {@code size}
   * @param first the place of the first vector; the others follow
   * @return the rotated vectors, of the same shape
   */
  static NDArray rotate(NDArray x, int d, int first) {
    int size = Math.toIntExact(x.getShape().get(3));
    NDArray angles = places(x, first).mul(x.getManager().create(speeds(size, d)));
    NDArray cosines = angles.cos().toType(x.getDataType(), false);
    NDArray sines = angles.sin().toType(x.getDataType(), false);
    return x.mul(cosines).add(x.matMul(quarterTurn(x, size, d)).mul(sines));
  }

  /**
   * The factors by which xpos (Sun et al. 2022, arXiv:2212.10554) multiplies rotated queries and
   * divides rotated keys: {@code ((2i/d + 0.4) / 1.4)^(m/512)}.
   *
   * @param x the vectors, {@code (batch, heads, length, size)}
   * @param d how many of their features are rotated
   * @param first the place of the first vector
   * @return the factors, {@code (length, size)}
   */
  static NDArray fading(NDArray x, int d, int first) {
    int size = Math.toIntExact(x.getShape().get(3));
    NDArray factors = places(x, first).mul(x.getManager().create(fades(size, d))).exp();
    return factors.toType(x.getDataType(), false);
  }

  /** The logarithm of each feature's factor from one place to the next. */
  private static double[] fades(int size, int d) {
    double[] fades = new double[size];
    for (int j = 0; j < d; j++) {
      int pair = j / 2;
      fades[j] = Math.log((2.0 * pair / d + FADE_FLOOR) / (1 + FADE_FLOOR)) / FADE_LENGTH;
    }
    return fades;
  }

  /** The angle by which each feature turns from one place to the next. */
  private static double[] speeds(int size, int d) {
    double[] speeds = new double[size];
    for (int j = 0; j < d; j++) {
      int pair = j / 2;
      speeds[j] = Math.pow(BASE, -2.0 * pair / d);
    }
    return speeds;
  }

  /** The matrix that turns (a, b) into (-b, a) in each rotated pair. */
  private static NDArray quarterTurn(NDArray x, int size, int d) {
    float[] matrix = new float[size * size];
    for (int j = 0; j < d; j += 2) {
      matrix[(j + 1) * size + j] = -1;
      matrix[j * size + j + 1] = 1;
    }
    NDArray turn = x.getManager().create(matrix, new Shape(size, size));
    return turn.toType(x.getDataType(), false);
  }

  /** A column of the places: {@code (length, 1)}. */
  private static NDArray places(NDArray x, int first) {
    int last = first + Math.toIntExact(x.getShape().get(2));
    return x.getManager().arange(first, last, 1, DataType.FLOAT64).expandDims(1);
  }
}
