package dev.geminijava.tests.random;

import java.util.List;
import java.util.stream.Stream;

/**
 * Self-attention written by hand.
 *
 * @param style how heads are made and put together
 * @param heads how many
 * @param groups heads of keys and values, if the style shares them
 * @param size features of a head
 * @param causal whether a mask is made in the forward pass
 * @param residual whether the input is added
 */
record Attention(
    Style style,
    int heads,
    int groups,
    int size,
    boolean causal,
    boolean residual,
    boolean bias,
    Manner manner)
    implements Part {

  /** How people write attention. */
  enum Style {
    HELPER_METHOD,
    INLINE,
    MINUS_ONE,
    FUSED_SPLIT,
    FUSED_SLICES,
    FUSED_AXIS,
    FUSED_PER_HEAD,
    GROUPED_REPEAT,
    GROUPED_BROADCAST,
    IN_BATCH,
    HEAD_BY_HEAD,
    ONE_HEAD
  }

  @Override
  public Form output(Form in) {
    in.axes(2);
    Misfit.unless(heads > 0 && size > 0 && groups > 0 && heads % groups == 0, "heads by groups");
    Misfit.unless(style != Style.ONE_HEAD || heads == 1, "one head");
    return in;
  }

  private boolean isFused() {
    return style.name().startsWith("FUSED");
  }

  private boolean isGrouped() {
    return style.name().startsWith("GROUPED");
  }

  @Override
  public String create(SourceText source, Form in) {
    return source.block(
        this,
        in,
        "Attention",
        "Self-attention, "
            + style.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
            + ".",
        manner,
        text -> write(text, in));
  }

  private void write(ClassText text, Form in) {
    String n = text.size("heads", heads);
    String h = text.size("headSize", size);
    String e = text.size("inner", heads * size);
    String width = text.size("width", in.width());
    Form inner = in.withWidth(heads * size);
    if (isFused()) {
      text.child("Linear", "qkv", linear("3 * " + e), in);
    } else {
      text.child("Linear", "query", linear(e), in);
      String shared = isGrouped() ? text.size("groups", groups) + " * " + h : e;
      text.child("Linear", "key", linear(shared), in);
      text.child("Linear", "value", linear(shared), in);
    }
    text.child("Linear", "out", linear(width), inner);
    text.line("NDArray x = inputs.head();");
    text.line("long batch = x.getShape().get(0);");
    text.line("long length = x.getShape().get(1);");
    if (isFused()) {
      text.line("NDArray fused = %s;", text.call("qkv", "x"));
    } else {
      text.line("NDArray q = %s;", text.call("query", "x"));
      text.line("NDArray k = %s;", text.call("key", "x"));
      text.line("NDArray v = %s;", text.call("value", "x"));
    }
    if (causal) {
      text.line("NDArray place = x.getManager().arange((float) length);");
      text.line("NDArray later = place.reshape(1, length).gt(place.reshape(length, 1));");
      text.line("NDArray mask = later.toType(x.getDataType(), false).mul(-1e4);");
    }
    switch (style) {
      case HELPER_METHOD -> {
        text.method(
            """
            private %sNDArray split(NDArray x, long batch, long length) {
              return x.reshape(batch, length, %s, %s).transpose(0, 2, 1, 3);
            }
            """
                .formatted(manner.sizes() == Manner.Sizes.FIELDS ? "" : "static ", n, h));
        for (String name : List.of("q", "k", "v")) {
          text.line("%1$s = split(%1$s, batch, length);", name);
        }
        fourAxes(text, "length", e);
      }
      case INLINE -> {
        heads(text, ".reshape(batch, length, " + n + ", " + h + ").swapAxes(1, 2)");
        fourAxes(text, "length", e);
      }
      case MINUS_ONE -> {
        heads(text, ".reshape(batch, -1, " + n + ", " + h + ").transpose(0, 2, 1, 3)");
        fourAxes(text, "-1", e);
      }
      case FUSED_SPLIT -> {
        text.line("NDList parts = fused.split(3, 2);");
        String axes = ".reshape(batch, length, " + n + ", " + h + ").transpose(0, 2, 1, 3);";
        text.line("NDArray q = parts.get(0)" + axes);
        text.line("NDArray k = parts.get(1)" + axes);
        text.line("NDArray v = parts.get(2)" + axes);
        fourAxes(text, "length", e);
      }
      case FUSED_SLICES -> {
        String axes = ".reshape(batch, length, " + n + ", " + h + ").transpose(0, 2, 1, 3);";
        text.line("NDArray q = fused.get(\":, :, :{}\", %s)%s", e, axes);
        text.line("NDArray k = fused.get(\":, :, {}:{}\", %s, 2 * %s)%s", e, e, axes);
        text.line("NDArray v = fused.get(\":, :, {}:\", 2 * %s)%s", e, axes);
        fourAxes(text, "length", e);
      }
      case FUSED_AXIS -> {
        text.line(
            "NDArray parts = fused.reshape(batch, length, 3, %s, %s).transpose(2, 0, 3, 1, 4);",
            n, h);
        text.line("NDArray q = parts.get(0);");
        text.line("NDArray k = parts.get(1);");
        text.line("NDArray v = parts.get(2);");
        fourAxes(text, "length", e);
      }
      case FUSED_PER_HEAD -> {
        text.line("NDArray perHead = fused.reshape(batch, length, %s, 3 * %s);", n, h);
        text.line("NDList parts = perHead.transpose(0, 2, 1, 3).split(3, 3);");
        text.line("NDArray q = parts.get(0);");
        text.line("NDArray k = parts.get(1);");
        text.line("NDArray v = parts.get(2);");
        fourAxes(text, "length", e);
      }
      case GROUPED_REPEAT -> {
        String g = text.size("groups", groups);
        text.line("q = q.reshape(batch, length, %s, %s).transpose(0, 2, 1, 3);", n, h);
        for (String name : List.of("k", "v")) {
          text.line(
              "%1$s = %1$s.reshape(batch, length, %2$s, %3$s).transpose(0, 2, 1, 3);", name, g, h);
          text.line("%1$s = %1$s.repeat(1, %2$s / %3$s);", name, n, g);
        }
        fourAxes(text, "length", e);
      }
      case GROUPED_BROADCAST -> {
        String g = text.size("groups", groups);
        text.line(
            "q = q.reshape(batch, length, %1$s, %2$s / %1$s, %3$s).transpose(0, 2, 3, 1, 4);",
            g, n, h);
        text.line(
            "k = k.reshape(batch, length, %s, %s).transpose(0, 2, 1, 3).expandDims(2);", g, h);
        text.line(
            "v = v.reshape(batch, length, %s, %s).transpose(0, 2, 1, 3).expandDims(2);", g, h);
        text.line("NDArray scores = q.matMul(k.swapAxes(3, 4)).div(Math.sqrt(%s));", h);
        weigh(text, "-1");
        text.line("NDArray mixed = weights.matMul(v).transpose(0, 3, 1, 2, 4);");
        text.line("mixed = mixed.reshape(batch, length, %s);", e);
      }
      case IN_BATCH -> {
        heads(
            text,
            ".reshape(batch, length, %1$s, %2$s).swapAxes(1, 2).reshape(batch * %1$s, length, %2$s)"
                .formatted(n, h));
        text.line("NDArray scores = q.batchMatMul(k.swapAxes(1, 2)).mul(1 / Math.sqrt(%s));", h);
        weigh(text, "2");
        text.line("NDArray mixed = weights.batchMatMul(v).reshape(batch, %s, length, %s);", n, h);
        text.line("mixed = mixed.swapAxes(1, 2).reshape(batch, length, %s);", e);
      }
      case HEAD_BY_HEAD -> {
        text.line("NDList qs = q.split(%s, 2);", n);
        text.line("NDList ks = k.split(%s, 2);", n);
        text.line("NDList vs = v.split(%s, 2);", n);
        text.line("NDList results = new NDList();");
        text.line("for (int i = 0; i < %s; i++) {", n);
        text.line("  NDArray scores = qs.get(i).matMul(ks.get(i).transpose(0, 2, 1));");
        text.line(
            "  NDArray weights = scores.div(Math.sqrt(%s))%s.softmax(-1);",
            h, causal ? ".add(mask)" : "");
        text.line("  results.add(weights.matMul(vs.get(i)));");
        text.line("}");
        text.line("NDArray mixed = NDArrays.concat(results, 2);");
      }
      case ONE_HEAD -> {
        text.line("NDArray scores = q.matMul(k.transpose(0, 2, 1)).div(Math.sqrt(%s));", h);
        weigh(text, "2");
        text.line("NDArray mixed = weights.matMul(v);");
      }
    }
    text.line("NDArray y = %s;", text.call("out", "mixed"));
    text.line("return new NDList(%s);", residual ? "x.add(y)" : "y");
  }

  private String linear(String units) {
    return "Linear.builder().setUnits("
        + units
        + ")"
        + (bias ? "" : ".optBias(false)")
        + ".build()";
  }

  private static void heads(ClassText text, String axes) {
    for (String name : List.of("q", "k", "v")) {
      text.line("%1$s = %1$s%2$s;", name, axes);
    }
  }

  private void fourAxes(ClassText text, String length, String e) {
    text.line(
        "NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(%s));",
        text.size("headSize", size));
    weigh(text, "-1");
    text.line(
        "NDArray mixed = weights.matMul(v).transpose(0, 2, 1, 3).reshape(batch, %s, %s);",
        length, e);
  }

  private void weigh(ClassText text, String axis) {
    if (causal) {
      text.line("scores = scores.add(mask);");
    }
    text.line("NDArray weights = scores.softmax(%s);", axis);
  }

  @Override
  public Stream<Part> simpler() {
    Stream.Builder<Part> simpler = Stream.builder();
    if (causal) {
      simpler.add(new Attention(style, heads, groups, size, false, residual, bias, manner));
    }
    if (residual) {
      simpler.add(new Attention(style, heads, groups, size, causal, false, bias, manner));
    }
    if (bias) {
      simpler.add(new Attention(style, heads, groups, size, causal, residual, false, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Attention(style, heads, groups, size, causal, residual, bias, Manner.PLAIN));
    }
    if (size > 1) {
      simpler.add(new Attention(style, heads, groups, 1, causal, residual, bias, manner));
      simpler.add(new Attention(style, heads, groups, 2, causal, residual, bias, manner));
    }
    for (int less : new int[] {2, heads / 2, heads - 1}) {
      if (less > 0 && less < heads) {
        int shared = less % groups == 0 ? groups : 1;
        simpler.add(new Attention(style, less, shared, size, causal, residual, bias, manner));
      }
    }
    return simpler.build();
  }
}
