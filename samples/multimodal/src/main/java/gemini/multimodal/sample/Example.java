package gemini.multimodal.sample;

import gemini.multimodal.Modality;
import gemini.multimodal.Part;
import java.util.List;
import java.util.Random;

/**
 * One exercise and its answer.
 *
 * @param prompt what is given
 * @param answer the text that is right; of {@link Task#DRAW} what the picture shows
 * @param figure the figure of a picture or clip; null for a tone
 * @param image the pixels of the picture, of {@link Task#CAPTION} and {@link Task#DRAW}; else empty
 * @param sound the wave of {@link Task#TONE}; else empty
 * @param clip the frames of {@link Task#MOTION}; else empty
 */
record Example(
    Task task,
    List<Part> prompt,
    String answer,
    Figure figure,
    float[] image,
    float[] sound,
    float[] clip) {

  /** The side of the patches of a picture, and of a frame. */
  static final int IMAGE_PATCH = 4;

  static final int CLIP_PATCH = 8;

  /** Frames of 10 ms to a token. */
  static final int AUDIO_FRAMES = 4;

  private static final int IMAGE_TOKENS = square(Figure.SIDE / IMAGE_PATCH);
  private static final int CLIP_TOKENS = Clip.FRAMES * square(Figure.SIDE / CLIP_PATCH);
  private static final int AUDIO_TOKENS = (1 + Tone.SAMPLES / 160) / AUDIO_FRAMES;
  private static final float[] NOTHING = {};

  private static int square(int side) {
    return side * side;
  }

  /** Draws an exercise of a task. */
  static Example of(Task task, Random random) {
    Figure figure =
        new Figure(
            one(Figure.Colour.values(), random),
            one(Figure.Form.values(), random),
            one(Figure.Size.values(), random));
    return switch (task) {
      case CAPTION ->
          new Example(
              task,
              List.of(new Part.Given(Modality.IMAGE, IMAGE_TOKENS)),
              figure.caption(),
              figure,
              figure.pixels(shift(random), shift(random)),
              NOTHING,
              NOTHING);
      case DRAW ->
          new Example(
              task,
              List.of(new Part.Text("draw " + figure.caption())),
              figure.caption(),
              figure,
              figure.pixels(shift(random) / 2, shift(random) / 2),
              NOTHING,
              NOTHING);
      case TONE -> {
        Tone tone = new Tone(one(Tone.Timbre.values(), random), one(Tone.Note.values(), random));
        yield new Example(
            task,
            List.of(new Part.Given(Modality.AUDIO, AUDIO_TOKENS)),
            tone.caption(),
            null,
            NOTHING,
            tone.wave(random),
            NOTHING);
      }
      case MOTION -> {
        Figure moving = new Figure(figure.colour(), figure.form(), Figure.Size.SMALL);
        Clip clip = new Clip(moving, one(Clip.Way.values(), random));
        yield new Example(
            task,
            List.of(new Part.Given(Modality.VIDEO, CLIP_TOKENS)),
            clip.caption(),
            moving,
            NOTHING,
            NOTHING,
            clip.frames(random));
      }
    };
  }

  private static <T> T one(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  /** At most one and a half pixels to either side. */
  private static double shift(Random random) {
    return 3 * random.nextDouble() - 1.5;
  }
}
