package gemini.multimodal.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures in pairs: what was asked for, and beside it what was made. */
final class Gallery {

  private static final int SCALE = 6;
  private static final int GAP = 2;
  private static final int COLUMNS = 4;
  private static final int BACKGROUND = 0x606060;

  private record Pair(float[] asked, float[] made) {}

  private final List<Pair> pairs = new ArrayList<>();

  /** Hangs up a pair; both are {@code (3, side, side)}, from 0 to 1. */
  void add(float[] asked, float[] made) {
    pairs.add(new Pair(asked, made));
  }

  /** Writes them all into one PNG, four pairs to a row. */
  void write(Path file) throws IOException {
    int side = Figure.SIDE + GAP;
    int rows = (pairs.size() + COLUMNS - 1) / COLUMNS;
    int wide = (COLUMNS * (2 * side + GAP * 2) + GAP) * SCALE;
    BufferedImage image =
        new BufferedImage(wide, (rows * side + GAP) * SCALE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, BACKGROUND);
      }
    }
    for (int i = 0; i < pairs.size(); i++) {
      int left = GAP + i % COLUMNS * (2 * side + GAP * 2);
      int top = GAP + i / COLUMNS * side;
      paint(image, pairs.get(i).asked(), left, top);
      paint(image, pairs.get(i).made(), left + side, top);
    }
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static void paint(BufferedImage image, float[] pixels, int left, int top) {
    for (int y = 0; y < Figure.SIDE * SCALE; y++) {
      for (int x = 0; x < Figure.SIDE * SCALE; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          int at = (channel * Figure.SIDE + y / SCALE) * Figure.SIDE + x / SCALE;
          rgb = rgb << 8 | Math.round(255 * Math.min(1, Math.max(0, pixels[at])));
        }
        image.setRGB(left * SCALE + x, top * SCALE + y, rgb);
      }
    }
  }
}
