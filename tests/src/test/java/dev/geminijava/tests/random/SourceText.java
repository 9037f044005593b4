package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The classes of one source file. A part that is used twice is one class. */
final class SourceText {

  private record Use(Part part, Form input) {}

  private final Map<Use, String> creations = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<String> classes = new ArrayList<>();

  /**
   * Writes a block class, once for equal parts.
   *
   * @param write adds the class's contents
   * @return Java that makes a new block
   */
  String block(
      Part part,
      Form input,
      String wanted,
      String comment,
      Manner manner,
      Consumer<ClassText> write) {
    Use use = new Use(part, input);
    String known = creations.get(use);
    if (known != null) {
      return known;
    }
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + i;
    }
    ClassText text = new ClassText(name, comment, manner, input, part.output(input));
    write.accept(text);
    classes.add(text.text());
    creations.put(use, text.creation());
    return text.creation();
  }

  /** All classes, inner ones first. */
  List<String> classes() {
    return classes;
  }
}
