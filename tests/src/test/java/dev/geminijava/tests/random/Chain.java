package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Parts one after the other. */
record Chain(List<Part> parts, Style style, Manner manner) implements Part {

  /** How people chain blocks. */
  enum Style {
    /** {@code new SequentialBlock().add(…).add(…)}. */
    SEQUENTIAL,
    /** A block class whose forward calls its children one after the other with arrays. */
    ARRAYS,
    /** The same with lists. */
    LISTS,
    /** The same in one expression. */
    NESTED
  }

  Chain {
    parts = List.copyOf(parts);
  }

  static Chain of(Part... parts) {
    return new Chain(List.of(parts), Style.SEQUENTIAL, Manner.PLAIN);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(!parts.isEmpty(), "an empty chain");
    Form form = in;
    for (Part part : parts) {
      Misfit.unless(style != Style.ARRAYS || form.samples().size() == 1, "arrays only");
      form = part.output(form);
    }
    Misfit.unless(style != Style.ARRAYS || form.samples().size() == 1, "arrays only");
    return form;
  }

  @Override
  public String create(SourceText source, Form in) {
    if (style == Style.SEQUENTIAL) {
      StringBuilder chain = new StringBuilder("new SequentialBlock()");
      Form form = in;
      for (Part part : parts) {
        chain.append("\n    ").append(part.chained(source, form).indent(4).strip());
        form = part.output(form);
      }
      return chain.toString();
    }
    // Children first: their classes stand before this one.
    List<String> children = new ArrayList<>();
    Form form = in;
    for (Part part : parts) {
      children.add(isStatement(part) ? "" : part.create(source, form));
      form = part.output(form);
    }
    return source.block(
        this,
        in,
        "Steps",
        "Layers one after the other.",
        manner,
        text -> write(text, children, in));
  }

  // In a forward by hand a curve is an operation, not a block.
  private boolean isStatement(Part part) {
    return style == Style.ARRAYS && part instanceof Leaf leaf && leaf.kind() == Leaf.Kind.CURVE;
  }

  private void write(ClassText text, List<String> children, Form in) {
    List<String> names = new ArrayList<>();
    Form form = in;
    for (int i = 0; i < parts.size(); i++) {
      String name = "step" + i;
      names.add(name);
      if (!children.get(i).isEmpty()) {
        text.child("Block", name, children.get(i), form);
      }
      form = parts.get(i).output(form);
    }
    switch (style) {
      case ARRAYS -> {
        text.line("NDArray x = inputs.singletonOrThrow();");
        for (int i = 0; i < parts.size(); i++) {
          text.line(
              "x = %s;",
              children.get(i).isEmpty()
                  ? ((Leaf) parts.get(i)).curve().of("x")
                  : text.call(names.get(i), "x"));
        }
        text.line("return new NDList(x);");
      }
      case LISTS -> {
        text.line("NDList current = inputs;");
        names.forEach(n -> text.line("current = %s.forward(ps, current, training);", n));
        text.line("return current;");
      }
      default -> {
        String expression = "inputs";
        for (String name : names) {
          expression = name + ".forward(ps, " + expression + ", training)";
        }
        text.line("return " + expression + ";");
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
      simpler.add(new Chain(fewer, style, manner));
    }
    if (style != Style.SEQUENTIAL) {
      simpler.add(new Chain(parts, Style.SEQUENTIAL, manner));
      if (!manner.equals(Manner.PLAIN)) {
        simpler.add(new Chain(parts, style, Manner.PLAIN));
      }
    }
    return simpler.stream();
  }
}
