package dev.geminijava.tests.random;

import java.util.List;
import java.util.stream.Stream;

/**
 * Weighs the channels of images by what is in them (arXiv:1709.01507).
 *
 * @param hidden features of the inner layer
 */
record Excite(int hidden, Manner manner) implements Part {

  @Override
  public Form output(Form in) {
    in.axes(3);
    return in;
  }

  @Override
  public String create(SourceText source, Form in) {
    int channels = in.axes().get(0);
    return source.block(
        this,
        in,
        "Excite",
        "Weighs channels.",
        manner,
        text -> {
          String h = text.size("hidden", hidden);
          String c = text.size("channels", channels);
          text.child(
              "Block",
              "squeeze",
              "Linear.builder().setUnits(" + h + ").build()",
              Form.floats(channels));
          text.child(
              "Block",
              "excite",
              "Linear.builder().setUnits(" + c + ").build()",
              Form.floats(hidden));
          text.line("NDArray x = inputs.head();");
          text.line("NDArray mean = x.mean(new int[] {3}).mean(new int[] {2});");
          text.line("NDArray less = Activation.relu(%s);", text.call("squeeze", "mean"));
          text.line("NDArray weights = Activation.sigmoid(%s);", text.call("excite", "less"));
          text.line("return new NDList(x.mul(weights.expandDims(2).expandDims(3)));");
        });
  }

  @Override
  public List<Part> parts() {
    return List.of();
  }

  @Override
  public Stream<Part> simpler() {
    return hidden > 2 ? Stream.of(new Excite(2, Manner.PLAIN)) : Stream.empty();
  }
}
