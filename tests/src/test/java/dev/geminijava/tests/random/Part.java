package dev.geminijava.tests.random;

import java.util.List;
import java.util.stream.Stream;

/** A block of a model, described so that it can be written as Java and made smaller. */
interface Part {

  /**
   * What it makes of its input.
   *
   * @throws Misfit if it cannot take that
   */
  Form output(Form input);

  /** Java that makes the block; classes that it needs are added to the source. */
  String create(SourceText source, Form input);

  /** Java that adds it to a {@code SequentialBlock}. */
  default String chained(SourceText source, Form input) {
    return ".add(" + create(source, input) + ")";
  }

  /** The same with less in it; not all of them need to fit. */
  Stream<Part> simpler();

  /** The parts inside. */
  default List<Part> parts() {
    return List.of();
  }

  /** Whether DJL computes it in single precision only. */
  default boolean singlePrecision() {
    return parts().stream().anyMatch(Part::singlePrecision);
  }

  /** Whether samples of a batch see each other in it. */
  default boolean couplesSamples() {
    return parts().stream().anyMatch(Part::couplesSamples);
  }

  /**
   * Whether it may add arrays to the list that it is given, as DJL's recurrent layers add the state
   * that they begin with: whoever else reads the list afterwards sees them.
   */
  default boolean extendsItsList() {
    return parts().stream().anyMatch(Part::extendsItsList);
  }
}
