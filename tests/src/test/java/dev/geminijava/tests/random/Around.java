package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Code by hand around one block. */
record Around(Part inner, Style style, Manner manner) implements Part {

  /** What the code does. */
  enum Style {
    /** Adds the input. */
    RESIDUAL,
    /** Multiplies by a parameter of its own, and adds another. */
    SCALED,
    /** Computes a constant in a scope that it closes. */
    SCOPE,
    /** Calls the block twice. */
    TWICE,
    /** Adds the input in training only. */
    IN_TRAINING,
    /** Works in place on the result. */
    IN_PLACE,
    /** Normalises by its own statistics, without a layer. */
    BY_HAND_NORM,
    /** Carries the result through a list with a second array in it. */
    TWO_IN_LIST
  }

  @Override
  public List<Part> parts() {
    return List.of(inner);
  }

  @Override
  public Form output(Form in) {
    Form out = inner.output(in);
    out.axes();
    if (style != Style.SCALED && style != Style.SCOPE && style != Style.IN_PLACE) {
      Misfit.unless(in.isFloating() && out.equals(in), "input and result differ");
    }
    return out;
  }

  @Override
  public String create(SourceText source, Form in) {
    String child = inner.create(source, in);
    return source.block(
        this, in, name(), comment(), manner, text -> write(text, child, in, inner.output(in)));
  }

  private String name() {
    return switch (style) {
      case RESIDUAL -> "Residual";
      case SCALED -> "Scaled";
      case SCOPE -> "Scoped";
      case TWICE -> "Twice";
      case IN_TRAINING -> "InTraining";
      case IN_PLACE -> "InPlace";
      case BY_HAND_NORM -> "Normed";
      case TWO_IN_LIST -> "Pair";
    };
  }

  private String comment() {
    return switch (style) {
      case RESIDUAL -> "A skip connection.";
      case SCALED -> "Learned scale and offset.";
      case SCOPE -> "A constant made in a scope of its own.";
      case TWICE -> "The same block two times.";
      case IN_TRAINING -> "A skip connection while it trains.";
      case IN_PLACE -> "Arithmetic in place.";
      case BY_HAND_NORM -> "Normalisation without a layer.";
      case TWO_IN_LIST -> "Two arrays in one list.";
    };
  }

  private void write(ClassText text, String child, Form in, Form out) {
    text.child("Block", "inner", child, in);
    switch (style) {
      case RESIDUAL -> {
        text.line("NDArray x = inputs.head();");
        text.line("return new NDList(x.add(%s));", text.call("inner", "x"));
      }
      case SCALED -> {
        String width = Integer.toString(out.width());
        text.parameter("scale", "WEIGHT", "1, " + width);
        text.parameter("offset", "BIAS", width);
        text.line("NDArray y = inner.forward(ps, inputs, training).head();");
        text.line("NDArray factor = ps.getValue(scale, y.getDevice(), training);");
        text.line("NDArray shift = ps.getValue(offset, y.getDevice(), training);");
        String factor = out.axes().size() == 1 ? "factor" : "factor.squeeze(0)";
        text.line("return new NDList(y.mul(%s).add(shift));", factor);
      }
      case SCOPE -> {
        text.line("NDArray y = inner.forward(ps, inputs, training).head();");
        text.line("try (NDManager scope = y.getManager().newSubManager()) {");
        text.line("  NDArray ramp = scope.arange((float) y.getShape().get(1)).div(10);");
        text.line("  NDArray all = ramp.sum().toType(y.getDataType(), false);");
        text.line("  return new NDList(y.mul(all));");
        text.line("}");
      }
      case TWICE -> {
        text.line("NDList once = inner.forward(ps, inputs, training);");
        text.line("NDArray y = once.head().tanh();");
        text.line("return new NDList(%s.add(y));", text.call("inner", "y"));
      }
      case IN_TRAINING -> {
        text.line("NDArray x = inputs.head();");
        text.line("NDArray y = %s;", text.call("inner", "x"));
        text.line("if (training) {");
        text.line("  y = y.add(x);");
        text.line("}");
        text.line("return new NDList(y);");
      }
      case IN_PLACE -> {
        text.line("NDArray y = inner.forward(ps, inputs, training).head().mul(0.5);");
        text.line("y.addi(0.25);");
        text.line("return new NDList(y);");
      }
      case BY_HAND_NORM -> {
        text.line("NDArray x = inputs.head();");
        text.line("NDArray y = %s;", text.call("inner", "x"));
        text.line("NDArray centred = y.sub(y.mean(new int[] {-1}, true));");
        text.line("NDArray spread = centred.square().mean(new int[] {-1}, true).add(0.1).sqrt();");
        text.line("return new NDList(x.add(centred.div(spread)));");
      }
      case TWO_IN_LIST -> {
        text.line("NDArray x = inputs.head();");
        text.line("NDList both = new NDList(x, %s);", text.call("inner", "x"));
        text.line("NDArray sum = both.get(0).add(both.get(1));");
        text.line("NDArray product = both.get(0).mul(both.get(1));");
        text.line("return new NDList(sum.add(product.mul(0.1)));");
      }
    }
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>();
    simpler.add(inner);
    inner.simpler().forEach(part -> simpler.add(new Around(part, style, manner)));
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Around(inner, style, Manner.PLAIN));
    }
    return simpler.stream();
  }
}
