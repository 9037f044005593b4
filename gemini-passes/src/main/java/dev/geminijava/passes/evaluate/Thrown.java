package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.Gap;

/** The program throws here, whatever its input. */
final class Thrown extends RuntimeException {

  private static final long serialVersionUID = 1;

  final transient Gap place;

  Thrown(Gap place) {
    super(place.why(), null, false, false);
    this.place = place;
  }
}
