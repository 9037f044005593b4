package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A list of blocks that a forward pass walks through. */
record Stack(List<Part> parts, Style style, Manner manner) implements Part {

  /** How it walks. */
  enum Style {
    /** {@code for (Block layer : layers)} over lists. */
    FOR_EACH,
    /** By index, each result added to what went in. */
    RESIDUAL,
    /** Each layer sees the concatenation of all before (arXiv:1608.06993). */
    DENSE,
    /** Later layers get what the earlier ones made, last first (arXiv:1505.04597). */
    SKIPS,
    /** By an iterator. */
    ITERATOR,
    /** Every child, whatever it is called. */
    CHILDREN
  }

  Stack {
    parts = List.copyOf(parts);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(!parts.isEmpty(), "an empty stack");
    List<Form> forms = inputs(in);
    Form last = parts.get(parts.size() - 1).output(forms.get(forms.size() - 1));
    return switch (style) {
      case RESIDUAL, SKIPS -> in;
      case DENSE -> in.with(axis(in), in.axes().get(axis(in)) + last.axes().get(axis(in)));
      default -> last;
    };
  }

  private static int axis(Form in) {
    return in.axes().size() == 3 ? 0 : in.axes().size() - 1;
  }

  private List<Form> inputs(Form in) {
    List<Form> forms = new ArrayList<>();
    Form form = in;
    for (Part part : parts) {
      forms.add(form);
      Form out = part.output(form);
      if (style == Style.RESIDUAL || style == Style.SKIPS) {
        in.axes();
        Misfit.unless(out.equals(in), "layers of other shapes");
      }
      if (style == Style.DENSE) {
        int axis = axis(in);
        Misfit.unless(
            out.axes().size() == in.axes().size() && out.with(axis, in.axes().get(axis)).equals(in),
            "layers of other shapes");
        // Each sees the stack's own input and the layer before.
        form = in.with(axis, in.axes().get(axis) + out.axes().get(axis));
      } else {
        form = out;
      }
    }
    return forms;
  }

  @Override
  public String create(SourceText source, Form in) {
    List<Form> forms = inputs(in);
    List<String> children = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      children.add(parts.get(i).create(source, forms.get(i)));
    }
    return source.block(
        this, in, "Stack", "A list of layers.", manner, text -> write(text, children, forms, in));
  }

  private void write(ClassText text, List<String> children, List<Form> forms, Form in) {
    boolean same = children.stream().distinct().count() == 1;
    text.field("private final List<Block> layers = new ArrayList<>();");
    if (same && children.size() > 1) {
      String count = text.size("depth", children.size());
      text.construct(
          "for (int i = 0; i < %s; i++) {\n  layers.add(addChildBlock(\"layer\" + i, %s));\n}"
              .formatted(count, children.get(0)));
    } else {
      for (int i = 0; i < children.size(); i++) {
        text.construct("layers.add(addChildBlock(\"layer%d\", %s));".formatted(i, children.get(i)));
      }
    }
    if (forms.stream().allMatch(in::equals)) {
      text.initializing(
          "for (Block layer : layers) {\n  layer.initialize(manager, type, shapes);\n}");
    } else {
      for (int i = 0; i < forms.size(); i++) {
        text.initialize("layers.get(" + i + ")", forms.get(i));
      }
    }
    walk(text, in);
  }

  private void walk(ClassText text, Form in) {
    switch (style) {
      case FOR_EACH -> {
        text.line("NDList current = inputs;");
        text.line("for (Block layer : layers) {");
        text.line("  current = layer.forward(ps, current, training);");
        text.line("}");
        text.line("return current;");
      }
      case CHILDREN -> {
        text.line("NDList current = inputs;");
        text.line("for (Block child : getChildren().values()) {");
        text.line("  current = child.forward(ps, current, training, params);");
        text.line("}");
        text.line("return current;");
      }
      case ITERATOR -> {
        text.line("NDList current = inputs;");
        text.line("Iterator<Block> rest = layers.iterator();");
        text.line("while (rest.hasNext()) {");
        text.line("  current = rest.next().forward(ps, current, training);");
        text.line("}");
        text.line("return current;");
      }
      case RESIDUAL -> {
        text.line("NDArray x = inputs.head();");
        text.line("for (int i = 0; i < layers.size(); i++) {");
        text.line("  x = x.add(%s);", text.call("layers.get(i)", "x"));
        text.line("}");
        text.line("return new NDList(x);");
      }
      case DENSE -> {
        int axis = 1 + axis(in);
        text.line("NDArray first = inputs.head();");
        text.line("NDArray x = first;");
        text.line("for (Block layer : layers) {");
        text.line(
            "  x = NDArrays.concat(new NDList(first, %s), %d);", text.call("layer", "x"), axis);
        text.line("}");
        text.line("return new NDList(x);");
      }
      case SKIPS -> {
        text.line("NDArray x = inputs.head();");
        text.line("Deque<NDArray> skips = new ArrayDeque<>();");
        text.line("for (int i = 0; i < layers.size(); i++) {");
        text.line("  if (i < layers.size() / 2) {");
        text.line("    skips.push(x);");
        text.line("  }");
        text.line("  x = %s;", text.call("layers.get(i)", "x"));
        text.line("  if (i >= layers.size() / 2 && !skips.isEmpty()) {");
        text.line("    x = x.add(skips.pop());");
        text.line("  }");
        text.line("}");
        text.line("return new NDList(x);");
      }
    }
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>();
    if (parts.size() == 1) {
      simpler.add(parts.get(0));
    }
    for (List<Part> fewer : Lists.simpler(parts)) {
      simpler.add(new Stack(fewer, style, manner));
    }
    if (style != Style.FOR_EACH) {
      simpler.add(new Stack(parts, Style.FOR_EACH, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Stack(parts, style, Manner.PLAIN));
    }
    return simpler.stream();
  }
}
