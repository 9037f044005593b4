package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sequence and a mask of its places go in; the mask goes through all layers.
 *
 * @param depth how many layers
 * @param heads heads of each
 * @param size features of a head
 * @param inner a part after the attention of each layer
 */
record Masked(int depth, int heads, int size, Part inner, Manner manner) implements Part {

  @Override
  public List<Part> parts() {
    return List.of(inner);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(in.samples().size() == 2 && depth > 0 && heads > 0 && size > 0, "two arrays");
    Form sequence = in.get(0);
    Misfit.unless(
        in.get(1).equals(Form.floats(sequence.axes(2).get(0))), "a mask of the sequence: " + in);
    Misfit.unless(inner.output(sequence).equals(sequence), "layers of another width");
    return sequence;
  }

  @Override
  public String create(SourceText source, Form in) {
    String layer = new Layer(heads, size, inner, manner).create(source, in);
    return source.block(
        this, in, "MaskedStack", "Layers that share a mask.", manner, text -> write(text, layer));
  }

  private void write(ClassText text, String layer) {
    text.field("private final List<Block> layers = new ArrayList<>();");
    String count = text.size("depth", depth);
    text.construct(
        "for (int i = 0; i < %s; i++) {\n  layers.add(addChildBlock(\"layer\" + i, %s));\n}"
            .formatted(count, layer));
    text.initializing(
        "for (Block layer : layers) {\n  layer.initialize(manager, type, shapes);\n}");
    text.line("NDArray x = inputs.get(0);");
    text.line("NDArray mask = inputs.get(1);");
    text.line("for (Block layer : layers) {");
    text.line("  x = layer.forward(ps, new NDList(x, mask), training).head();");
    text.line("}");
    text.line("return new NDList(x);");
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>();
    inner.simpler().forEach(part -> simpler.add(new Masked(depth, heads, size, part, manner)));
    if (depth > 1) {
      simpler.add(new Masked(depth - 1, heads, size, inner, manner));
    }
    if (heads > 1) {
      simpler.add(new Masked(depth, heads / 2, size, inner, manner));
    }
    if (size > 1) {
      simpler.add(new Masked(depth, heads, size / 2, inner, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Masked(depth, heads, size, inner, Manner.PLAIN));
    }
    return simpler.stream();
  }

  /** One of the layers. */
  private record Layer(int heads, int size, Part inner, Manner manner) implements Part {

    @Override
    public Form output(Form in) {
      return in.get(0);
    }

    @Override
    public String create(SourceText source, Form in) {
      Form x = in.get(0);
      String child = inner.create(source, x);
      return source.block(
          this,
          in,
          "MaskedLayer",
          "Attention to unmasked places.",
          manner,
          t -> write(t, child, x));
    }

    private void write(ClassText text, String child, Form x) {
      String n = text.size("heads", heads);
      String h = text.size("headSize", size);
      String e = text.size("inner", heads * size);
      String width = text.size("width", x.width());
      text.child("Linear", "query", "Linear.builder().setUnits(" + e + ").build()", x);
      text.child("Linear", "key", "Linear.builder().setUnits(" + e + ").build()", x);
      text.child("Linear", "value", "Linear.builder().setUnits(" + e + ").build()", x);
      text.child(
          "Linear",
          "out",
          "Linear.builder().setUnits(" + width + ").build()",
          x.withWidth(heads * size));
      text.child("Block", "after", child, x);
      text.line("NDArray x = inputs.get(0);");
      text.line("NDArray mask = inputs.get(1);");
      text.line("long batch = x.getShape().get(0);");
      text.line("long length = x.getShape().get(1);");
      for (String name : List.of("query", "key", "value")) {
        text.line("NDArray %s = %s", name.substring(0, 1), text.call(name, "x"));
        text.line("    .reshape(batch, length, %s, %s)", n, h);
        text.line("    .transpose(0, 2, 1, 3);");
      }
      text.line("NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(%s));", h);
      text.line("scores = scores.add(mask.reshape(batch, 1, 1, length).sub(1).mul(3));");
      text.line("NDArray mixed = scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3);");
      text.line(
          "NDArray y = x.add(%s);", text.call("out", "mixed.reshape(batch, length, " + e + ")"));
      text.line("return new NDList(%s);", text.call("after", "y"));
    }

    @Override
    public Stream<Part> simpler() {
      return Stream.empty();
    }
  }
}
