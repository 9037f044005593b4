package gemini.multimodal;

/** The slopes of attention with linear biases (Press et al. 2021, arXiv:2108.12409). */
final class Alibi {

  private Alibi() {}

  /**
   * How much the scores of each head lose for each token of distance: {@code 2^(-8i/n)} for heads
   * {@code i = 1 … n}. Where n is no power of two, the heads beyond the power below take every
   * second slope of the power above, as the paper's authors do.
   */
  static double[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    double[] slopes = new double[heads];
    for (int i = 0; i < heads; i++) {
      boolean between = i >= power;
      slopes[i] =
          between
              ? Math.pow(2, -8.0 * (2 * (i - power) + 1) / (2 * power))
              : Math.pow(2, -8.0 * (i + 1) / power);
    }
    return slopes;
  }
}
