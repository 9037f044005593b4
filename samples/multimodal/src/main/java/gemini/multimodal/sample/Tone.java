package gemini.multimodal.sample;

import gemini.multimodal.LogMel;
import java.util.Random;

/** A quarter of a second of a note. */
record Tone(Timbre timbre, Note note) {

  /** How many samples a tone has. */
  static final int SAMPLES = LogMel.RATE / 4;

  /** How strong the overtones are. */
  enum Timbre {
    SOFT,
    HOLLOW,
    SHARP;

    double overtone(int number) {
      return switch (this) {
        case SOFT -> number == 1 ? 1 : 0;
        case HOLLOW -> number % 2 == 1 ? 1.0 / number : 0;
        case SHARP -> 1.0 / number;
      };
    }
  }

  enum Note {
    DO(523.25),
    RE(587.33),
    MI(659.26),
    FA(698.46),
    SOL(783.99),
    LA(880.00),
    SI(987.77);

    final double hertz;

    Note(double hertz) {
      this.hertz = hertz;
    }
  }

  /** Such as {@code a soft la}. */
  String caption() {
    return "a %s %s".formatted(Figure.word(timbre), Figure.word(note));
  }

  /** The wave, louder or softer, a little out of tune, with some noise. */
  float[] wave(Random random) {
    double loud = 0.2 + 0.5 * random.nextDouble();
    double hertz = note.hertz * (1 + 0.006 * (random.nextDouble() - 0.5));
    double start = random.nextDouble();
    float[] wave = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      double turns = start + hertz * i / LogMel.RATE;
      double sum = 0;
      for (int overtone = 1; overtone <= 7; overtone++) {
        sum += timbre.overtone(overtone) * Math.sin(2 * Math.PI * turns * overtone);
      }
      wave[i] = (float) (loud * sum / 2 + 0.005 * random.nextGaussian());
    }
    return wave;
  }
}
