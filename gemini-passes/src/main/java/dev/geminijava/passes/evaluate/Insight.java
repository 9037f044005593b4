package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the evaluation of a program came by.
 *
 * @param models the blocks that the program makes models of
 * @param numbers the whole numbers that expressions were worth, whoever computed them
 */
public record Insight(List<ModelGraph> models, Map<SourceFile, Map<Span, Set<Long>>> numbers) {

  /** Nothing is known. */
  public static final Insight NONE = new Insight(List.of(), Map.of());

  /** The numbers that an expression was worth, in the order in which they came up. */
  public Set<Long> numbers(SourceFile file, Span place) {
    return numbers.getOrDefault(file, Map.of()).getOrDefault(place, Set.of());
  }
}
