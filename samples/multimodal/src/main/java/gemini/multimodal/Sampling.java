package gemini.multimodal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How the next token is drawn from its scores.
 *
 * @param temperature above 1 evens the probabilities out, below 1 sharpens them; 0 takes the best
 * @param topK draws from so many best tokens only; 0 for all
 * @param topP draws from the fewest best tokens that together have this probability; 1 for all
 */
public record Sampling(double temperature, int topK, double topP) {

  /** Always the best token. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1);

  /** Checks the ranges. */
  public Sampling {
    if (!(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "temperature %s and topK %d must not be negative, and topP %s in (0, 1]"
              .formatted(temperature, topK, topP));
    }
  }

  /** Draws a token. */
  int next(float[] scores, Random random) {
    int[] best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (temperature == 0) {
      return best[0];
    }
    double[] weights = weights(scores, best);
    double sum = Arrays.stream(weights).sum();
    double left = random.nextDouble() * sum;
    int drawn = 0;
    while (drawn < weights.length - 1 && left >= weights[drawn]) {
      left -= weights[drawn];
      drawn++;
    }
    return best[drawn];
  }

  /** The probabilities, up to a factor, of those that are left, best first. */
  private double[] weights(float[] scores, int[] best) {
    int left = topK > 0 ? Math.min(topK, best.length) : best.length;
    double[] weights = new double[left];
    for (int i = 0; i < left; i++) {
      weights[i] = Math.exp((scores[best[i]] - scores[best[0]]) / temperature);
    }
    double sum = Arrays.stream(weights).sum();
    double reached = 0;
    for (int i = 0; i < left; i++) {
      reached += weights[i];
      if (reached >= topP * sum) {
        return Arrays.copyOf(weights, i + 1);
      }
    }
    return weights;
  }
}
