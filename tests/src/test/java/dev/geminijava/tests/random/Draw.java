package dev.geminijava.tests.random;

import dev.geminijava.tests.random.Leaf.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws models: one seed, one model. */
final class Draw {

  private static final int ATTEMPTS = 200;

  private final SplittableRandom random;

  private Draw(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The model of a seed; always the same. */
  static ModelSource model(long seed) {
    Draw draw = new Draw(seed);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return draw.model0(seed);
      } catch (Misfit e) {
        // Again, with the numbers that follow.
      }
    }
    throw new IllegalStateException("no model fits, seed " + seed);
  }

  private ModelSource model0(long seed) {
    boolean classes = one(2);
    return switch (random.nextInt(10)) {
      case 0, 1 -> rows(seed, classes);
      case 2, 3, 4 -> sequence(seed, classes);
      case 5, 6 -> images(seed, classes);
      case 7 -> language(seed);
      case 8 -> masked(seed, classes);
      default -> two(seed, classes);
    };
  }

  private ModelSource rows(long seed, boolean classes) {
    Form in = Form.floats(size());
    List<Part> parts = parts(in, 2 + random.nextInt(4));
    parts.add(Leaf.linear(2 + random.nextInt(5)));
    return new ModelSource(seed, in, chain(maybeTwoHeads(parts, in)), classes);
  }

  private ModelSource sequence(long seed, boolean classes) {
    boolean tokens = one(2);
    int length = 2 + random.nextInt(4);
    Form in = tokens ? Form.tokens(vocabulary(), length) : Form.floats(length, size());
    List<Part> parts = new ArrayList<>();
    if (tokens) {
      parts.add(new Leaf(Kind.EMBEDDING, size(), random.nextInt(2)));
    }
    parts.addAll(parts(outputs(parts, in), 1 + random.nextInt(3)));
    if (outputs(parts, in).axes().size() == 2 && one(2)) {
      parts.add(new Leaf(one(2) ? Kind.MEAN_OVER_SEQUENCE : Kind.FIRST_OF_SEQUENCE, 0, 0));
    }
    parts.add(Leaf.linear(2 + random.nextInt(5)));
    return new ModelSource(seed, in, chain(maybeTwoHeads(parts, in)), classes);
  }

  private ModelSource images(long seed, boolean classes) {
    Form in = Form.floats(1 + random.nextInt(3), 5 + random.nextInt(4), 5 + random.nextInt(4));
    List<Part> parts = parts(in, 2 + random.nextInt(3));
    if (outputs(parts, in).axes().size() == 3) {
      parts.add(new Leaf(one(2) ? Kind.FLATTEN : Kind.GLOBAL_POOL, 0, random.nextInt(2)));
    }
    parts.add(Leaf.linear(2 + random.nextInt(5)));
    return new ModelSource(seed, in, chain(maybeTwoHeads(parts, in)), classes);
  }

  private ModelSource language(long seed) {
    Form in = Form.tokens(vocabulary(), 2 + random.nextInt(4));
    int width = size();
    Form inner = Form.floats(in.samples().get(0).axes().get(0), width);
    List<Part> body = new ArrayList<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      body.add(keeping(inner, 2));
    }
    return new ModelSource(
        seed, in, new LanguageModel(width, chain(body), one(2), one(2), !one(4), manner()), true);
  }

  private ModelSource masked(long seed, boolean classes) {
    Form sequence = Form.floats(2 + random.nextInt(4), size());
    Form in = Form.list(sequence, Form.floats(sequence.axes().get(0)));
    Part stack =
        new Masked(
            1 + random.nextInt(3), heads(), 1 + random.nextInt(4), keeping(sequence, 1), manner());
    List<Part> parts = new ArrayList<>(List.of(stack));
    parts.add(Leaf.linear(2 + random.nextInt(4)));
    return new ModelSource(seed, in, Chain.of(parts.toArray(Part[]::new)), classes);
  }

  private ModelSource two(long seed, boolean classes) {
    Form one = Form.floats(size());
    Form two = one(2) ? Form.floats(2 + random.nextInt(3), size()) : Form.floats(size());
    int width = size();
    List<Part> left = parts(one, 1 + random.nextInt(2));
    left.add(Leaf.linear(width));
    List<Part> right = parts(two, 1 + random.nextInt(2));
    if (outputs(right, two).axes().size() == 2) {
      right.add(new Leaf(Kind.MEAN_OVER_SEQUENCE, 0, 0));
    }
    right.add(Leaf.linear(width));
    List<Part> parts = new ArrayList<>();
    Form in = Form.list(one, two);
    parts.add(new Merge(chain(left), chain(right), one(2), manner()));
    parts.addAll(parts(outputs(parts, in), 1));
    parts.add(Leaf.linear(2 + random.nextInt(4)));
    return new ModelSource(seed, in, chain(maybeTwoHeads(parts, in)), classes);
  }

  // Some models say two things at the end, or pass two arrays on in between.
  private List<Part> maybeTwoHeads(List<Part> parts, Form in) {
    if (!one(6)) {
      return parts;
    }
    Form form = outputs(parts, in);
    List<Part> heads = List.of(keeping(form, 1), Leaf.linear(2 + random.nextInt(3)));
    parts.add(new Branches(heads, Branches.Join.LIST, pick(Branches.Style.values()), manner()));
    if (one(2)) {
      int width = size();
      parts.add(new Merge(Leaf.linear(width), Leaf.linear(width), one(2), manner()));
    }
    return parts;
  }

  private static Form outputs(List<Part> parts, Form in) {
    Form form = in;
    for (Part part : parts) {
      form = part.output(form);
    }
    return form;
  }

  private List<Part> parts(Form in, int count) {
    List<Part> parts = new ArrayList<>();
    Form form = in;
    for (int i = 0; i < count; i++) {
      Part part = part(form, 2);
      form = part.output(form);
      parts.add(part);
    }
    return parts;
  }

  private Part chain(List<Part> parts) {
    return new Chain(parts, pick(Chain.Style.values()), manner());
  }

  /** Any part that takes such an input. */
  private Part part(Form in, int depth) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Part part = depth > 0 && one(3) ? compound(in, depth) : simple(in);
      try {
        if (part.output(in).axes().stream().reduce(1, Math::multiplyExact) <= 400) {
          return part;
        }
      } catch (Misfit e) {
        // Another one.
      }
    }
    throw new Misfit("nothing takes " + in);
  }

  /** A part that gives what it takes. */
  private Part keeping(Form in, int depth) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Part part = part(in, depth);
      if (part.output(in).equals(in)) {
        return part;
      }
      if (in.axes().size() < 3 && part.output(in).axes().size() == in.axes().size()) {
        Part back = chain(List.of(part, Leaf.linear(in.width())));
        try {
          if (back.output(in).equals(in)) {
            return back;
          }
        } catch (Misfit e) {
          // Another one.
        }
      }
    }
    throw new Misfit("nothing keeps " + in);
  }

  private Part simple(Form in) {
    return switch (in.axes().size()) {
      case 1 ->
          switch (random.nextInt(9)) {
            case 0, 1, 2 -> new Leaf(Kind.LINEAR, size(), random.nextInt(2));
            case 3, 4 -> feedForward(in);
            case 5 -> leaf(Kind.LAYER_NORM);
            case 6 -> one(3) ? leaf(Kind.BATCH_NORM) : leaf(Kind.DROPOUT_0);
            default -> leaf(Kind.CURVE);
          };
      case 2 ->
          switch (random.nextInt(13)) {
            case 0, 1, 2, 3, 4 -> attention();
            case 5, 6 -> feedForward(in);
            case 7 -> leaf(Kind.LINEAR);
            case 8 -> leaf(Kind.LAYER_NORM);
            case 9 -> one(2) ? leaf(one(2) ? Kind.LSTM : Kind.GRU) : leaf(Kind.DROPOUT_0);
            case 10 -> leaf(Kind.CONV_1D);
            case 11 -> leaf(Kind.SWAP);
            default -> leaf(Kind.CURVE);
          };
      default ->
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> leaf(Kind.CONV);
            case 3 -> one(2) ? leaf(Kind.BATCH_NORM) : leaf(Kind.DROPOUT_0);
            case 4 -> leaf(Kind.POOL);
            case 5 -> new Excite(1 + random.nextInt(6), manner());
            case 6 -> one(3) ? leaf(Kind.FLATTEN) : new Leaf(Kind.CONV, size(), 2);
            default -> leaf(Kind.CURVE);
          };
    };
  }

  private Part compound(Form in, int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> chain(parts(in, 1 + random.nextInt(3)));
      case 1 -> branches(in, depth);
      case 2 -> stack(in, depth);
      default -> new Around(around(in, depth), pick(Around.Style.values()), manner());
    };
  }

  private Part around(Form in, int depth) {
    return one(4) ? part(in, depth - 1) : keeping(in, depth - 1);
  }

  private Part branches(Form in, int depth) {
    Branches.Join join =
        pick(new Branches.Join[] {Branches.Join.CONCAT, Branches.Join.SUM, Branches.Join.PRODUCT});
    List<Part> parts = new ArrayList<>();
    int width = size();
    for (int i = 2 + random.nextInt(2); i > 0; i--) {
      parts.add(in.axes().size() < 3 && one(2) ? Leaf.linear(width) : keeping(in, depth - 1));
    }
    return new Branches(parts, join, pick(Branches.Style.values()), manner());
  }

  private Part stack(Form in, int depth) {
    Stack.Style style = pick(Stack.Style.values());
    int count = 1 + random.nextInt(3);
    List<Part> parts = new ArrayList<>();
    if (one(2)) {
      Part layer = keeping(in, depth - 1);
      for (int i = 0; i < count; i++) {
        parts.add(layer);
      }
    } else {
      for (int i = 0; i < count; i++) {
        parts.add(keeping(in, depth - 1));
      }
    }
    return new Stack(parts, style, manner());
  }

  private Part attention() {
    Attention.Style style = pick(Attention.Style.values());
    int heads = style == Attention.Style.ONE_HEAD ? 1 : heads();
    int groups = 1 + random.nextInt(heads);
    while (heads % groups != 0) {
      groups--;
    }
    return new Attention(
        style, heads, groups, 1 + random.nextInt(4), one(2), one(2), !one(3), manner());
  }

  private Part feedForward(Form in) {
    boolean residual = one(2);
    return new FeedForward(
        size(),
        residual ? in.width() : size(),
        pick(Curve.values()),
        one(4),
        random.nextInt(3),
        residual,
        manner());
  }

  private Leaf leaf(Kind kind) {
    return new Leaf(kind, size(), random.nextInt(2 * Curve.values().length));
  }

  private Manner manner() {
    return new Manner(
        pick(Manner.Sizes.values()), pick(Manner.Calls.values()), pick(Manner.Results.values()));
  }

  // Mostly what divides, now and then what does not.
  private int size() {
    return pick(new Integer[] {2, 4, 4, 6, 8, 8, 12, 12, 3, 5, 7, 9});
  }

  private int heads() {
    return pick(new Integer[] {2, 2, 4, 4, 6, 3, 1, 5});
  }

  private int vocabulary() {
    return pick(new Integer[] {8, 12, 11, 13, 17});
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private <T> T pick(T[] all) {
    return all[random.nextInt(all.length)];
  }
}
