package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The arrays that one block hands to the next. */
record Form(List<Sample> samples) {

  /**
   * One array's part for one sample: its shape without the batch axis.
   *
   * @param vocabulary how many different numbers there are in an array of whole numbers; 0 if it is
   *     floating
   * @param rows how many rows of the array there are for each sample
   */
  record Sample(List<Integer> axes, int vocabulary, int rows) {

    Sample(List<Integer> axes, int vocabulary) {
      this(axes, vocabulary, 1);
    }

    /** The length of its first axis. */
    String length(String batch) {
      return rows == 1 ? batch : batch + " * " + rows;
    }
  }

  static Form floats(Integer... axes) {
    return floats(List.of(axes));
  }

  static Form floats(List<Integer> axes) {
    return new Form(List.of(new Sample(List.copyOf(axes), 0)));
  }

  static Form tokens(int vocabulary, Integer... axes) {
    return new Form(List.of(new Sample(List.of(axes), vocabulary)));
  }

  /** The arrays of several forms in one list. */
  static Form list(Form... forms) {
    return new Form(Arrays.stream(forms).flatMap(form -> form.samples.stream()).toList());
  }

  /** One array of it. */
  Form get(int index) {
    Misfit.unless(index < samples.size(), "array " + index + " of " + this);
    return new Form(List.of(samples.get(index)));
  }

  /** The shape of the only array, which must be floating. */
  List<Integer> axes() {
    Misfit.unless(samples.size() == 1 && samples.get(0).vocabulary() == 0, "one array: " + this);
    return samples.get(0).axes();
  }

  /** The shape of the only array, which must have so many axes beside the batch. */
  List<Integer> axes(int dimensions) {
    Misfit.unless(axes().size() == dimensions, dimensions + " axes: " + this);
    return axes();
  }

  boolean isFloating() {
    return samples.stream().allMatch(sample -> sample.vocabulary() == 0);
  }

  /** The size of the last axis. */
  int width() {
    return axes().get(axes().size() - 1);
  }

  /** The same with another size of the last axis. */
  Form withWidth(int width) {
    return with(axes().size() - 1, width);
  }

  /** The same with another size of one axis. */
  Form with(int axis, int size) {
    List<Integer> changed = new ArrayList<>(axes());
    Misfit.unless(axis < changed.size() && size > 0, "axis " + axis + " of " + this);
    changed.set(axis, size);
    return floats(changed);
  }

  /** The only array's shape as arguments: {@code batch, 3, 8}. */
  String arguments(String batch) {
    Misfit.unless(samples.size() == 1, "one array: " + this);
    return samples.get(0).length(batch)
        + samples.get(0).axes().stream().map(size -> ", " + size).collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return samples.toString();
  }
}
