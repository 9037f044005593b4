package gemini.multimodal.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A coloured shape on black, of one of two sizes. */
record Figure(Colour colour, Form form, Size size) {

  /** The side of a picture, in pixels. */
  static final int SIDE = 16;

  enum Colour {
    RED(0xff4040),
    GREEN(0x40e040),
    BLUE(0x5070ff),
    YELLOW(0xffe040);

    final int rgb;

    Colour(int rgb) {
      this.rgb = rgb;
    }
  }

  enum Form {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    CROSS;

    /** The outline between -1 and 1. */
    Shape outline() {
      return switch (this) {
        case CIRCLE -> new Ellipse2D.Double(-1, -1, 2, 2);
        case SQUARE -> new Rectangle2D.Double(-0.9, -0.9, 1.8, 1.8);
        case TRIANGLE -> {
          Path2D path = new Path2D.Double();
          path.moveTo(0, -1);
          path.lineTo(1, 0.9);
          path.lineTo(-1, 0.9);
          path.closePath();
          yield path;
        }
        case CROSS -> {
          Area cross = new Area(new Rectangle2D.Double(-1, -0.33, 2, 0.66));
          cross.add(new Area(new Rectangle2D.Double(-0.33, -1, 0.66, 2)));
          yield cross;
        }
      };
    }
  }

  enum Size {
    SMALL(3.3),
    LARGE(6.2);

    final double radius;

    Size(double radius) {
      this.radius = radius;
    }
  }

  /** Every figure there is. */
  static List<Figure> all() {
    List<Figure> all = new ArrayList<>();
    for (Size size : Size.values()) {
      for (Colour colour : Colour.values()) {
        for (Form form : Form.values()) {
          all.add(new Figure(colour, form, size));
        }
      }
    }
    return all;
  }

  /** Such as {@code a small red circle}. */
  String caption() {
    return "a %s %s %s".formatted(word(size), word(colour), word(form));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The figure so many pixels off the middle: {@code (3, side, side)}, from 0 to 1. */
  float[] pixels(double right, double down) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    AffineTransform place =
        AffineTransform.getTranslateInstance(SIDE / 2d + right, SIDE / 2d + down);
    place.scale(size.radius, size.radius);
    graphics.setColor(new Color(colour.rgb));
    graphics.fill(place.createTransformedShape(form.outline()));
    graphics.dispose();
    float[] pixels = new float[3 * SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int rgb = image.getRGB(x, y);
        for (int channel = 0; channel < 3; channel++) {
          int value = rgb >> (8 * (2 - channel)) & 0xff;
          pixels[(channel * SIDE + y) * SIDE + x] = value / 255f;
        }
      }
    }
    return pixels;
  }

  /** The figure that a picture looks most like, wherever near the middle it stands. */
  static Figure nearest(float[] pixels) {
    Figure nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (Figure figure : all()) {
      for (int right = -2; right <= 2; right++) {
        for (int down = -2; down <= 2; down++) {
          double distance = distance(pixels, figure.pixels(right, down));
          if (distance < least) {
            least = distance;
            nearest = figure;
          }
        }
      }
    }
    return nearest;
  }

  private static double distance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return sum;
  }
}
