package gemini.multimodal.sample;

import java.util.Random;

/** A figure that moves one way, for four frames. */
record Clip(Figure figure, Way way) {

  static final int FRAMES = 4;

  enum Way {
    LEFT(-1, 0),
    RIGHT(1, 0),
    UP(0, -1),
    DOWN(0, 1);

    final int right;
    final int down;

    Way(int right, int down) {
      this.right = right;
      this.down = down;
    }
  }

  /** Such as {@code a red circle moves left}. */
  String caption() {
    return "a %s %s moves %s"
        .formatted(Figure.word(figure.colour()), Figure.word(figure.form()), Figure.word(way));
  }

  /** The frames, {@code (frames, 3, side, side)}. */
  float[] frames(Random random) {
    double x = 2 * random.nextDouble() - 1;
    double y = 2 * random.nextDouble() - 1;
    double speed = 1.5 + random.nextDouble();
    int size = 3 * Figure.SIDE * Figure.SIDE;
    float[] frames = new float[FRAMES * size];
    for (int i = 0; i < FRAMES; i++) {
      double far = speed * (i - (FRAMES - 1) / 2.0);
      float[] frame = figure.pixels(x + far * way.right, y + far * way.down);
      System.arraycopy(frame, 0, frames, i * size, size);
    }
    return frames;
  }
}
