package dev.geminijava.tests.random;

import java.util.stream.Stream;

/**
 * Two linear layers with a curve between them, written by hand.
 *
 * @param hidden features between them
 * @param out features at the end
 * @param curve what lies between
 * @param gated whether a second projection is multiplied with the first
 * @param norm 0 for none, 1 for LayerNorm before, 2 for LayerNorm after
 * @param residual whether the input is added
 */
record FeedForward(
    int hidden, int out, Curve curve, boolean gated, int norm, boolean residual, Manner manner)
    implements Part {

  @Override
  public Form output(Form in) {
    Misfit.unless(in.axes().size() < 3, "rows or sequences: " + in);
    Misfit.unless(!residual || in.width() == out, "residual of other width");
    Misfit.unless(norm == 0 || (norm == 1 ? in.width() : out) > 1, "nothing to normalise");
    return in.withWidth(out);
  }

  @Override
  public String create(SourceText source, Form in) {
    return source.block(
        this, in, "FeedForward", "A pair of linear layers.", manner, text -> write(text, in));
  }

  private void write(ClassText text, Form in) {
    String wide = "Linear.builder().setUnits(" + text.size("hidden", hidden) + ").build()";
    String narrow = "Linear.builder().setUnits(" + text.size("width", out) + ").build()";
    text.child("Block", "up", wide, in);
    if (gated) {
      text.child("Block", "gate", wide, in);
    }
    text.child("Block", "down", narrow, in.withWidth(hidden));
    text.line("NDArray x = inputs.head();");
    String source = "x";
    if (norm > 0) {
      Form form = norm == 1 ? in : in.withWidth(out);
      text.child(
          "LayerNorm",
          "norm",
          "LayerNorm.builder()" + (form.axes().size() == 2 ? ".axis(2)" : "") + ".build()",
          form);
    }
    if (norm == 1) {
      text.line("NDArray normed = %s;", text.call("norm", "x"));
      source = "normed";
    }
    text.line("NDArray wide = %s;", text.call("up", source));
    text.line("wide = %s;", curve.of("wide"));
    if (gated) {
      text.line("wide = wide.mul(%s);", text.call("gate", source));
    }
    text.line("NDArray narrow = %s;", text.call("down", "wide"));
    if (residual) {
      text.line("narrow = x.add(narrow);");
    }
    text.line("return new NDList(%s);", norm == 2 ? text.call("norm", "narrow") : "narrow");
  }

  @Override
  public Stream<Part> simpler() {
    Stream.Builder<Part> simpler = Stream.builder();
    simpler.add(Leaf.linear(out));
    if (gated) {
      simpler.add(new FeedForward(hidden, out, curve, false, norm, residual, manner));
    }
    if (norm > 0) {
      simpler.add(new FeedForward(hidden, out, curve, gated, 0, residual, manner));
    }
    if (residual) {
      simpler.add(new FeedForward(hidden, out, curve, gated, norm, false, manner));
    }
    if (curve != Curve.TANH) {
      simpler.add(new FeedForward(hidden, out, Curve.TANH, gated, norm, residual, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new FeedForward(hidden, out, curve, gated, norm, residual, Manner.PLAIN));
    }
    if (hidden > 2) {
      simpler.add(new FeedForward(hidden / 2, out, curve, gated, norm, residual, manner));
    }
    if (out > 2) {
      simpler.add(new FeedForward(hidden, out / 2, curve, gated, norm, residual, manner));
    }
    return simpler.build();
  }
}
