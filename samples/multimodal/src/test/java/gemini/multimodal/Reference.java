package gemini.multimodal;

import java.util.Arrays;
import java.util.function.Function;

/** The papers' formulas in double precision, one number at a time. */
final class Reference {

  private Reference() {}

  /** {@code x wᵀ + b} for each of the rows of {@code x}; {@code w} is (out, in). */
  static double[][] linear(double[][] x, double[] w, double[] b) {
    int in = x[0].length;
    int out = w.length / in;
    double[][] y = new double[x.length][out];
    for (int row = 0; row < x.length; row++) {
      for (int o = 0; o < out; o++) {
        y[row][o] = b == null ? 0 : b[o];
        for (int i = 0; i < in; i++) {
          y[row][o] += x[row][i] * w[o * in + i];
        }
      }
    }
    return y;
  }

  static double[] rms(double[] x, double[] weight) {
    double square = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / Math.sqrt(square + 1e-6) * weight[i];
    }
    return y;
  }

  static double[] layerNorm(double[] x, double[] gamma, double[] beta) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * gamma[i] + beta[i];
    }
    return y;
  }

  static double swish(double x) {
    return x / (1 + Math.exp(-x));
  }

  /** By Abramowitz and Stegun's series of erf, which converges everywhere. */
  static double gelu(double x) {
    double z = x / Math.sqrt(2);
    double term = z;
    double sum = z;
    for (int n = 1; n < 60; n++) {
      term *= -z * z / n;
      sum += term / (2 * n + 1);
    }
    return 0.5 * x * (1 + 2 / Math.sqrt(Math.PI) * sum);
  }

  /** GELU between two layers with biases, or SwiGLU between three without. */
  static double[][] feedForward(double[][] x, boolean gated, Function<String, double[]> parameter) {
    double[][] wide =
        linear(x, parameter.apply("up_weight"), gated ? null : parameter.apply("up_bias"));
    double[][] gate = gated ? linear(x, parameter.apply("gate_weight"), null) : null;
    for (int row = 0; row < wide.length; row++) {
      for (int i = 0; i < wide[row].length; i++) {
        wide[row][i] = gated ? swish(gate[row][i]) * wide[row][i] : gelu(wide[row][i]);
      }
    }
    return linear(
        wide, parameter.apply("down_weight"), gated ? null : parameter.apply("down_bias"));
  }

  /** Layers with norms before their parts, whose results are added, and a norm at the end. */
  static double[][] decoder(
      double[][] x,
      int depth,
      Norm norm,
      boolean gated,
      Options options,
      Function<String, double[]> parameter) {
    double[][] y = x;
    for (int i = 0; i < depth; i++) {
      String layer = "layer" + i + "_.*";
      Function<String, double[]> own = name -> parameter.apply(layer + name);
      double[][] attended =
          attention(
              normal(y, norm, name -> own.apply("attentionNorm_" + name)),
              options,
              own.apply("query_weight"),
              own.apply("key_weight"),
              own.apply("value_weight"),
              own.apply("result_weight"),
              own.apply("queryScale"),
              own.apply("keyScale"));
      y = sum(y, attended);
      double[][] normal = normal(y, norm, name -> own.apply("feedForwardNorm_" + name));
      y = sum(y, feedForward(normal, gated, own));
    }
    return normal(y, norm, name -> parameter.apply("decoder_\\d*norm_" + name));
  }

  private static double[][] normal(double[][] x, Norm norm, Function<String, double[]> parameter) {
    return Arrays.stream(x)
        .map(
            row ->
                norm == Norm.RMS
                    ? rms(row, parameter.apply("weight"))
                    : layerNorm(row, parameter.apply("gamma"), parameter.apply("beta")))
        .toArray(double[][]::new);
  }

  private static double[][] sum(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < x[row].length; i++) {
        sum[row][i] = x[row][i] + y[row][i];
      }
    }
    return sum;
  }

  /** The vector at place m, its first d features rotated pair by pair as complex numbers. */
  static double[] rotated(double[] x, int d, int m) {
    double[] y = x.clone();
    for (int i = 0; i < d / 2; i++) {
      double angle = m * Math.pow(10_000, -2.0 * i / d);
      y[2 * i] = x[2 * i] * Math.cos(angle) - x[2 * i + 1] * Math.sin(angle);
      y[2 * i + 1] = x[2 * i] * Math.sin(angle) + x[2 * i + 1] * Math.cos(angle);
    }
    return y;
  }

  /** xpos: how the product of a pair of features fades over a distance. */
  static double fading(int feature, int d, int distance) {
    int pair = feature / 2;
    double zeta = (2.0 * pair / d + 0.4) / 1.4;
    return feature < d ? Math.pow(zeta, distance / 512.0) : 1;
  }

  static double[] scaledToOne(double[] x, double[] scale) {
    double length = Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / length * scale[i];
    }
    return y;
  }

  /** The options of attention that its loops below ask for. */
  record Options(
      int heads,
      int kvHeads,
      int size,
      Positions positions,
      int rotaryDim,
      boolean causal,
      int window,
      double[] slopes) {}

  /** Attention of one sample, {@code (length, dim)}, by its parameters. */
  static double[][] attention(
      double[][] x,
      Options o,
      double[] query,
      double[] key,
      double[] value,
      double[] result,
      double[] queryScale,
      double[] keyScale) {
    double[][] q = linear(x, query, null);
    double[][] k = linear(x, key, null);
    double[][] v = linear(x, value, null);
    double[][] mixed = new double[x.length][o.heads * o.size];
    for (int h = 0; h < o.heads; h++) {
      int shared = h / (o.heads / o.kvHeads);
      for (int m = 0; m < x.length; m++) {
        double[] weights = new double[x.length];
        double sum = 0;
        for (int n = 0; n < x.length; n++) {
          boolean seen = !(o.causal && n > m) && !(o.window > 0 && m - n >= o.window);
          double[] a = part(q[m], h, o.size);
          double[] b = part(k[n], shared, o.size);
          double factor = 1 / Math.sqrt(o.size);
          if (queryScale != null) {
            a = scaledToOne(a, part(queryScale, h, o.size));
            b = scaledToOne(b, part(keyScale, shared, o.size));
            factor = Math.sqrt(o.size);
          }
          if (o.positions == Positions.ROTARY || o.positions == Positions.XPOS) {
            a = rotated(a, o.rotaryDim, m);
            b = rotated(b, o.rotaryDim, n);
          }
          double score = 0;
          for (int i = 0; i < o.size; i++) {
            double fade = o.positions == Positions.XPOS ? fading(i, o.rotaryDim, m - n) : 1;
            score += a[i] * b[i] * fade;
          }
          score *= factor;
          if (o.positions == Positions.ALIBI) {
            score -= o.slopes[h] * Math.abs(m - n);
          }
          weights[n] = seen ? Math.exp(score) : 0;
          sum += weights[n];
        }
        for (int n = 0; n < x.length; n++) {
          for (int i = 0; i < o.size; i++) {
            mixed[m][h * o.size + i] += weights[n] / sum * v[n][shared * o.size + i];
          }
        }
      }
    }
    return linear(mixed, result, null);
  }

  private static double[] part(double[] x, int index, int size) {
    return Arrays.copyOfRange(x, index * size, (index + 1) * size);
  }

  /** The rows of a flat array. */
  static double[][] rows(double[] flat, int width) {
    double[][] rows = new double[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }
}
