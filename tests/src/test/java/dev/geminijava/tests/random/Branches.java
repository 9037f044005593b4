package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Parts side by side on one input, joined at the end. */
record Branches(List<Part> parts, Join join, Style style, Manner manner) implements Part {

  /** What becomes of their results. */
  enum Join {
    CONCAT,
    SUM,
    PRODUCT,
    LIST
  }

  /** How they are written. */
  enum Style {
    PARALLEL_BLOCK,
    ARRAYS,
    LIST_OF_BLOCKS
  }

  Branches {
    parts = List.copyOf(parts);
  }

  @Override
  public Form output(Form in) {
    Misfit.unless(parts.size() > 1, "one branch");
    Misfit.unless(
        style != Style.PARALLEL_BLOCK || !extendsItsList(),
        "a ParallelBlock hands one list to all its blocks");
    List<Form> forms = parts.stream().map(part -> part.output(in)).toList();
    if (join == Join.LIST) {
      forms.forEach(Form::axes);
      return Form.list(forms.toArray(Form[]::new));
    }
    Form first = forms.get(0);
    if (join == Join.CONCAT) {
      // Along channels or features.
      int axis = axis(first);
      int sum = 0;
      for (Form form : forms) {
        Misfit.unless(form.axes().size() == first.axes().size(), "branches of other ranks");
        int size = form.axes().get(axis);
        Misfit.unless(form.with(axis, first.axes().get(axis)).equals(first), "other sizes");
        sum += size;
      }
      return first.with(axis, sum);
    }
    Misfit.unless(forms.stream().allMatch(first::equals), "branches of other shapes");
    return first;
  }

  private static int axis(Form form) {
    return form.axes().size() == 3 ? 0 : form.axes().size() - 1;
  }

  @Override
  public String create(SourceText source, Form in) {
    List<String> children = parts.stream().map(part -> part.create(source, in)).toList();
    if (style == Style.PARALLEL_BLOCK) {
      String results = joined(in, i -> "results.get(" + i + ").head()");
      return "new ParallelBlock(\n        results -> "
          + results
          + ",\n        Arrays.asList("
          + children.stream()
              .map(child -> "\n            " + child)
              .collect(Collectors.joining(","))
          + "))";
    }
    return source.block(
        this, in, "Branches", "Several ways at once.", manner, text -> write(text, children, in));
  }

  private void write(ClassText text, List<String> children, Form in) {
    if (style == Style.ARRAYS) {
      text.line("NDArray x = inputs.head();");
      for (int i = 0; i < children.size(); i++) {
        text.child("Block", "branch" + i, children.get(i), in);
        text.line("NDArray y%d = %s;", i, text.call("branch" + i, "x"));
      }
      text.line("return %s;", joined(in, i -> "y" + i));
      return;
    }
    text.field("private final List<Block> branches = new ArrayList<>();");
    for (int i = 0; i < children.size(); i++) {
      text.construct(
          "branches.add(addChildBlock(\"branch%d\", %s));".formatted(i, children.get(i)));
    }
    text.initializing(
        "for (Block branch : branches) {\n  branch.initialize(manager, type, shapes);\n}");
    text.line("NDList results = new NDList();");
    text.line("for (Block branch : branches) {");
    String list = extendsItsList() ? "new NDList(inputs)" : "inputs";
    text.line("  results.addAll(branch.forward(ps, %s, training));", list);
    text.line("}");
    text.line("return %s;", joined(in, i -> "results.get(" + i + ")"));
  }

  private String joined(Form in, java.util.function.IntFunction<String> branch) {
    List<String> all = IntStream.range(0, parts.size()).mapToObj(branch).toList();
    return switch (join) {
      case LIST -> "new NDList(" + String.join(", ", all) + ")";
      case CONCAT ->
          "new NDList(NDArrays.concat(new NDList(%s), %d))"
              .formatted(String.join(", ", all), 1 + axis(parts.get(0).output(in)));
      case SUM -> "new NDList(" + all.stream().reduce((a, b) -> a + ".add(" + b + ")").get() + ")";
      case PRODUCT ->
          "new NDList(" + all.stream().reduce((a, b) -> a + ".tanh().mul(" + b + ")").get() + ")";
    };
  }

  @Override
  public Stream<Part> simpler() {
    List<Part> simpler = new ArrayList<>(parts);
    for (List<Part> fewer : Lists.simpler(parts)) {
      simpler.add(new Branches(fewer, join, style, manner));
    }
    if (join == Join.PRODUCT || join == Join.CONCAT) {
      simpler.add(new Branches(parts, Join.SUM, style, manner));
    }
    if (style != Style.ARRAYS) {
      simpler.add(new Branches(parts, join, Style.ARRAYS, Manner.PLAIN));
    } else if (!manner.equals(Manner.PLAIN)) {
      simpler.add(new Branches(parts, join, style, Manner.PLAIN));
    }
    return simpler.stream();
  }
}
