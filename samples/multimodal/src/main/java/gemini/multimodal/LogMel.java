package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * How loud a sound is over time and pitch: the power spectrum of overlapping windows, summed up by
 * triangles that are evenly spaced on the mel scale, {@code 2595 log10(1 + f / 700)}.
 */
public final class LogMel {

  /** Samples in a second. */
  public static final int RATE = 16_000;

  /** Samples in a window: 25 ms. */
  public static final int WINDOW = 400;

  /** Samples from one window to the next: 10 ms. */
  public static final int HOP = 160;

  /** Triangles. */
  public static final int MELS = 80;

  private static final int FREQUENCIES = WINDOW / 2 + 1;
  private static final float SILENCE = 1e-8f;

  private LogMel() {}

  /**
   * The spectrogram of some waves.
   *
   * @param waves {@code (sounds, samples)}, at 16 kHz, from -1 to 1
   * @return {@code (sounds, frames, 80)}, about -1 to 2; {@code frames = 1 + samples / 160}
   */
  public static NDArray of(NDArray waves) {
    NDArray window = waves.getManager().create(hann()).toType(waves.getDataType(), false);
    NDArray spectrum = waves.stft(WINDOW, HOP, true, window, false, true).real();
    NDArray power = spectrum.square().sum(new int[] {3}).transpose(0, 2, 1);
    NDArray filters = waves.getManager().create(triangles(), new Shape(FREQUENCIES, MELS));
    NDArray mels = power.matMul(filters.toType(waves.getDataType(), false));
    NDArray loudness = mels.maximum(Constant.of(SILENCE, mels)).log10();
    return loudness.mul(Constant.of(0.25f, mels)).add(1);
  }

  /** How many frames so many samples make. */
  static long frames(long samples) {
    return 1 + samples / HOP;
  }

  private static double[] hann() {
    double[] window = new double[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
    }
    return window;
  }

  /** The weight of each frequency in each triangle. */
  private static double[] triangles() {
    double[] weights = new double[FREQUENCIES * MELS];
    for (int mel = 0; mel < MELS; mel++) {
      double low = hertz(mel);
      double middle = hertz(mel + 1);
      double high = hertz(mel + 2);
      for (int i = 0; i < FREQUENCIES; i++) {
        double frequency = (double) i * RATE / WINDOW;
        double rising = (frequency - low) / (middle - low);
        double falling = (high - frequency) / (high - middle);
        weights[i * MELS + mel] = Math.max(0, Math.min(rising, falling));
      }
    }
    return weights;
  }

  /** The frequency of one of the corners, which divide the mel scale evenly. */
  private static double hertz(int corner) {
    double highest = 2595 * Math.log10(1 + RATE / 2 / 700.0);
    double mel = highest * corner / (MELS + 1);
    return 700 * (Math.pow(10, mel / 2595) - 1);
  }
}
