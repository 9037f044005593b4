package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.List;

/** Lists of parts with less in them. */
final class Lists {

  private Lists() {}

  /** Half of the list, all but one, or one of them simpler. */
  static List<List<Part>> simpler(List<Part> parts) {
    List<List<Part>> simpler = new ArrayList<>();
    int size = parts.size();
    if (size > 3) {
      simpler.add(parts.subList(0, size / 2));
      simpler.add(parts.subList(size / 2, size));
    }
    for (int i = 0; i < size; i++) {
      List<Part> fewer = new ArrayList<>(parts);
      fewer.remove(i);
      simpler.add(fewer);
    }
    for (int i = 0; i < size; i++) {
      int here = i;
      parts
          .get(i)
          .simpler()
          .forEach(
              part -> {
                List<Part> changed = new ArrayList<>(parts);
                changed.set(here, part);
                simpler.add(changed);
              });
    }
    return simpler;
  }
}
