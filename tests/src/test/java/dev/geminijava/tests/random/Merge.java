package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes a list of two arrays apart, computes with both, and makes one of them.
 *
 * @param left for the first array
 * @param right for the second
 * @param gated whether one switches the other, instead of being added
 */
record Merge(Part left, Part right, boolean gated, Manner manner) implements Part {

  @Override
  public List<Part> parts() {
    return List.of(left, right);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(in.samples().size() == 2, "two arrays");
    Form one = left.output(in.get(0));
    one.axes();
    Misfit.unless(right.output(in.get(1)).equals(one), "other shapes");
    return one;
  }

  @Override
  public String create(SourceText source, Form in) {
    String one = left.create(source, in.get(0));
    String two = right.create(source, in.get(1));
    return source.block(
        this,
        in,
        "Merge",
        "Two inputs become one.",
        manner,
        text -> {
          text.child("Block", "left", one, in.get(0));
          text.child("Block", "right", two, in.get(1));
          text.line("NDArray a = %s;", text.call("left", "inputs.get(0)"));
          text.line("NDArray b = %s;", text.call("right", "inputs.get(1)"));
          text.line(
              "return new NDList(%s);", gated ? "a.mul(Activation.sigmoid(b)).add(b)" : "a.add(b)");
        });
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>();
    left.simpler().forEach(part -> simpler.add(new Merge(part, right, gated, manner)));
    right.simpler().forEach(part -> simpler.add(new Merge(left, part, gated, manner)));
    if (gated) {
      simpler.add(new Merge(left, right, false, manner));
    }
    if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Merge(left, right, gated, Manner.PLAIN));
    }
    return simpler.stream();
  }
}
